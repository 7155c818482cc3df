"""Precision, recall and F1 of signals against gold, by family, stage and actors.

A gold signal matches one signal of its article, best first: same family at least; then the same stage; then
the same set of core actors (strict). Signals that say the same (family, stage, core actors, date) count once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

CORE = {"party", "actor", "recipient"}
LEVELS = ("family", "stage", "strict")


def core(signal: dict[str, Any]) -> frozenset[str]:
    """Who makes the event what it is."""
    return frozenset(actor["id"] for actor in signal.get("actors", []) if actor.get("role") in CORE)


def pairs(gold: list[dict], signals: list[dict]) -> list[tuple[int, int, dict[str, bool]]]:
    """Gold and signal indexes matched one to one, the best first."""
    possible = []
    for i, want in enumerate(gold):
        for j, got in enumerate(signals):
            if want["family"] != got["family"]:
                continue
            stage = want["stage"] == got["stage"]
            a, b = core(want), core(got)
            close = len(a & b) / len(a | b) if a | b else 1.0
            level = {"family": True, "stage": stage, "strict": stage and a == b}
            possible.append((level["strict"], stage and close >= 0.5, stage, close, -i, -j, level))
    possible.sort(key=lambda one: one[:6], reverse=True)
    taken_gold: set[int] = set()
    taken_signals: set[int] = set()
    found = []
    for *_rank, i, j, level in possible:
        if -i not in taken_gold and -j not in taken_signals:
            taken_gold.add(-i)
            taken_signals.add(-j)
            found.append((-i, -j, level))
    return found


def distinct(signals: Iterable[dict]) -> list[dict]:
    """The same event said twice in one article counts once."""
    seen: dict[tuple, dict] = {}
    for signal in signals:
        key = (signal["family"], signal["stage"], core(signal), (signal.get("time") or {}).get("start"))
        seen.setdefault(key, signal)
    return list(seen.values())


def f1(right: int, gold: int, got: int) -> float:
    """Harmonic mean of precision and recall; 0 when nothing is right."""
    return 2 * right / (gold + got) if right else 0.0


def figures(gold: list[dict], signals: dict[str, list[dict]]) -> dict[str, float]:
    """F1 by level, and the share of articles without events that raise a false alarm."""
    total: Counter[str] = Counter()
    for item in gold:
        want, got = item["gold"], distinct(signals.get(item["article"]["id"], []))
        total.update(gold=len(want), got=len(got), empty=not want, alarms=not want and bool(got))
        for _i, _j, level in pairs(want, got):
            total.update({name: int(level[name]) for name in LEVELS})
    scores = {name: round(f1(total[name], total["gold"], total["got"]), 3) for name in LEVELS}
    return {
        **scores,
        "gold": total["gold"],
        "got": total["got"],
        "empty": total["empty"],
        "alarms": total["alarms"],
    }


def report(gold: list[dict], signals: dict[str, list[dict]], *, errors: int = 0) -> str:
    """The figures in words, with the first `errors` articles that are not all right."""
    lines = [str(figures(gold, signals))]
    where: Counter[str] = Counter()
    for item in gold:
        want, got = item["gold"], distinct(signals.get(item["article"]["id"], []))
        matched = pairs(want, got)
        _details(want, got, matched, where)
        right = [(i, j) for i, j, level in matched if level["strict"]]
        missing = [one for i, one in enumerate(want) if i not in {i for i, _ in right}]
        extra = [one for j, one in enumerate(got) if j not in {j for _, j in right}]
        if (missing or extra) and errors > 0:
            errors -= 1
            lines.append(f"-- {item['article']['id']}: {item['article']['title']}")
            lines += [
                f"   want {w['family']} {w['stage']} {sorted(core(w))} | {w['quote'][:100]}" for w in missing
            ]
            lines += [
                f"   got  {g['family']} {g['stage']} {sorted(core(g))} | {g['evidence']['quote'][:90]} | {g['rule']} {g['confidence']}"
                for g in extra
            ]
    lines.append(
        ", ".join(
            f"{name} {where[name + '+']}/{where[name]}" for name in ("country", "place", "date", "background")
        )
    )
    return "\n".join(lines)


def _details(
    want: list[dict], got: list[dict], matched: list[tuple[int, int, dict]], where: Counter[str]
) -> None:
    for i, j, _level in matched:
        place, found = want[i].get("place"), got[j].get("place") or {}
        if place:
            where.update(["country"])
            where["country+"] += found.get("country") == place["country"]
            if place.get("name"):
                where.update(["place"])
                where["place+"] += (found.get("name") or "").casefold() == place["name"].casefold()
        if want[i].get("date"):
            where.update(["date"])
            where["date+"] += (got[j].get("time") or {}).get("start") == want[i]["date"]
        where.update(["background"])
        where["background+"] += got[j]["background"] == want[i]["background"]

"""Candidates as signals: ids, codes of PLOVER and CAMEO, processes, and what is kept."""

from __future__ import annotations

import uuid
from typing import Any

from streams.article import Article
from streams.detect.candidate import Candidate
from streams.detect.knowledge import Knowledge
from streams.reading import Cameo, Plover, Signal

NAMESPACE = uuid.UUID("6f1d3e0a-5a0b-5c53-9d0f-70a11e700001")
"""Namespace of our UUIDv5 ids; it never changes, since published ids never change."""


def signals(
    candidates: list[Candidate], article: Article, language: str, knowledge: Knowledge
) -> tuple[Signal, ...]:
    """The signals of an article in order of the text. Same candidates, same ids and bytes."""
    found: list[Signal] = []
    seen: dict[str, int] = {}
    for candidate in candidates:
        frame = candidate.entry.frame
        time = candidate.time.start if candidate.time and candidate.time.start else ""
        key = "|".join((article.id, frame.family, frame.id, ",".join(sorted(candidate.core)), time))
        ordinal = seen[key] = seen.get(key, -1) + 1
        plover, cameo = codes(candidate, knowledge.codes)
        found.append(
            Signal(
                id=str(uuid.uuid5(NAMESPACE, f"{key}|{ordinal}")),
                article=article.id,
                family=frame.family,
                stage=candidate.stage,  # type: ignore[arg-type]  # stages were checked when frames were loaded
                detail=candidate.entry.detail or frame.detail,
                background=candidate.background,
                asserted_by=candidate.asserted_by,
                actors=tuple(candidate.actors),
                place=candidate.place,
                time=candidate.time,
                attributes=candidate.attributes,
                processes=_processes(candidate, knowledge) if candidate.kept else (),
                language=language,
                evidence=candidate.evidence,
                rule=candidate.entry.rule,
                confidence=round(candidate.confidence, 3),
                kept=candidate.kept,
                plover=plover,
                cameo=cameo,
            )
        )
    return tuple(found)


def codes(candidate: Candidate, scales: dict[str, Any]) -> tuple[Plover | None, Cameo | None]:
    """The event in both codebooks, each with its own quad class and scale."""
    coded = candidate.entry.frame.coded(candidate.stage)
    if coded is None:
        return None, None
    event, mode, code = coded
    scale = scales["plover"][event]
    intensity = float(scale.get("modes", {}).get(mode, scale["intensity"]))
    goldstein = float(scales["cameo"][code])
    return Plover(event, mode or None, scale["quad"], intensity), Cameo(code, _quad(code), goldstein)


_LAST_ROOTS = (5, 8, 13)
"""The last root of the first three quad classes."""


def _quad(code: str) -> int:
    """CAMEO's quad class by root: up to 05 verbal, 08 material cooperation, 13 verbal, 20 material conflict."""
    root = int(code[:2])
    return 1 + sum(root > last for last in _LAST_ROOTS)


def _processes(candidate: Candidate, knowledge: Knowledge) -> tuple[str, ...]:
    roles = {actor.id: actor.role for actor in candidate.actors}
    places = [candidate.place.name] if candidate.place is not None and candidate.place.name else []
    countries = [candidate.place.country] if candidate.place is not None and candidate.place.country else []
    return knowledge.processes.match(roles, [*places, *countries])

"""`parley eval`: how good detection is on labelled articles, and tracking on gold streams."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
import orjson

from streams.commands import eval_streams
from streams.commands.inputs import knowledge_option
from streams.commands.revision import signals_at
from streams.evaluation import calibration, causes, floors, tally
from streams.evaluation.gold import Event, Labelled, core, kept, load, signals_of
from streams.evaluation.match import LEVELS
from streams.evaluation.stream import is_stream
from streams.evaluation.tally import DETAILS, Judged, Tally
from streams.pipeline import Pipeline

THRESHOLDS = (0.5, 0.7, 0.9)


@click.command()
@click.argument(
    "gold",
    nargs=-1,
    required=True,
    metavar="GOLD...",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--by", type=click.Choice(["file", "language", "family"]), default="file", show_default=True)
@click.option("--language", help="Only articles in these languages (codes with commas between).")
@click.option(
    "--signals", "given", is_flag=True, help="Streams: take the gold signals, to judge the tracker alone."
)
@click.option(
    "--permutations", type=click.IntRange(1), help="Streams: tell each so often again in another order."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Which orders are tried.")
@click.option("--errors", type=int, default=0, help="Show so many mistakes of each cause.")
@click.option("--calibration", "calibrated", is_flag=True, help="Show what confidences are worth.")
@click.option("--against", metavar="REVISION", help="Show signals gained and lost since this git revision.")
@click.option(
    "--floors", "floors_file", type=click.Path(path_type=Path), help="Fail where a figure is below its floor."
)
@click.option("--raise", "raising", is_flag=True, help="Write what is reached to the floors instead.")
@knowledge_option
def command(
    gold: tuple[Path, ...],
    by: str,
    language: str | None,
    given: bool,
    permutations: int | None,
    seed: int,
    errors: int,
    calibrated: bool,
    against: str | None,
    floors_file: Path | None,
    raising: bool,
    knowledge_dirs: tuple[Path, ...],
) -> None:
    """Score detection on labelled articles (JSON Lines of {"article", "gold"}), and tracking on streams (JSON Lines
    of {"article", "golds", "signals"}, in order of arrival).

    Prints F1 for family, family and stage, those with half of the core actors (loose) or with all (strict), strict
    precision and recall, the shares of roles, places and dates that are right, false alarms, and causes of mistakes.
    Of streams: B³ of threads, precision, recall and F1 of updates, also by kind, false merges and splits; and with
    --permutations the shares of deliveries and threads that come out otherwise when deliveries are delayed by chance.
    """
    pipeline = Pipeline.load(knowledge_dirs)
    streams, articles = _parted(gold)
    if streams:
        told = eval_streams.judge(streams, pipeline, given=given)
        click.echo("\n".join(eval_streams.report(told, errors)))
        if permutations:
            click.echo("\n".join(eval_streams.permuted(told, permutations, seed, errors)))
    if not articles:
        return
    files = {path: _chosen(load(path), language) for path in articles}
    items = [item for found in files.values() for item in found]
    signals = signals_of(items, pipeline)
    judged = {path: list(tally.judge(found, signals)) for path, found in files.items()}
    everything = [one for found in judged.values() for one in found]
    click.echo("\n".join(_table(_rows(by, judged, everything), everything)))
    click.echo("\n".join(_causes(everything, signals, errors)))
    if calibrated:
        click.echo("\n".join(_calibration(items, signals)))
    if against:
        click.echo("\n".join(_changes(signals, signals_at(against, items))))
    if floors_file:
        _hold(floors_file, judged, raising=raising)


def _parted(gold: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Streams, and files of single articles."""
    paths = list(gold)
    streams = [path for path in paths if is_stream(path)]
    return streams, [path for path in paths if path not in streams]


def _chosen(items: list[Labelled], language: str | None) -> list[Labelled]:
    return [one for one in items if language is None or one.article["language"] in language.split(",")]


def _rows(by: str, judged: dict[Path, list[Judged]], everything: list[Judged]) -> dict[str, Tally]:
    if by == "language":
        return tally.by_language(everything)
    if by == "family":
        return tally.by_family(everything)
    return {path.stem: tally.total(map(tally.tally, found)) for path, found in judged.items()}


def _table(rows: dict[str, Tally], everything: list[Judged]) -> Iterator[str]:
    yield " ".join(
        [
            f"{'':20}{'gold':>6}{'got':>6}",
            *(f"{level:>7}" for level in LEVELS),
            "  strict P/R",
            *map("{:>10}".format, DETAILS),
            "alarms",
        ]
    )
    tallies = [tally.tally(one) for one in everything]
    for name, found in sorted(rows.items()):
        yield _row(name, found)
    yield _row("all", tally.total(tallies))
    if tallies:
        low, high = tally.interval(tallies, "strict")
        yield f"strict F1 of all lies between {low:.3f} and {high:.3f} (95 %, articles drawn with replacement)"


def _row(name: str, found: Tally) -> str:
    shares = (found.share(detail) for detail in DETAILS)
    return " ".join(
        [
            f"{name:20}{found.gold:6}{found.got:6}",
            *(f"{found.f1(level):7.3f}" for level in LEVELS),
            f" {found.precision('strict'):.3f}/{found.recall('strict'):.3f}",
            *(f"{'-' if share is None else f'{share:.3f}':>10}" for share in shares),
            f"{found.alarms}/{found.empty}",
        ]
    )


def _causes(judged: Iterable[Judged], signals: dict[str, list[Event]], errors: int) -> Iterator[str]:
    found = [mistake for one in judged for mistake in causes.mistakes(one, signals[one.item.id])]
    counted = Counter(mistake.cause for mistake in found)
    yield "mistakes: " + ", ".join(f"{cause} {number}" for cause, number in counted.most_common())
    for cause, _ in counted.most_common():
        for mistake in [one for one in found if one.cause == cause][:errors]:
            yield from mistake.lines()


def _calibration(items: Sequence[Labelled], signals: dict[str, list[Event]]) -> Iterator[str]:
    points = calibration.scored(items, signals)
    low, high = calibration.error_interval(points)
    yield f"expected calibration error {calibration.error(points):.3f} ({low:.3f} to {high:.3f}), {len(points)} signals"
    yield f"{'signals':>8} {'confidence':>11} {'right':>6}"
    for one in calibration.reliability(points):
        yield f"{one.size:8} {one.confidence:11.3f} {one.right:6.3f}"
    yield f"{'':22} {'from':>5} {'got':>5} {'precision':>10} {'recall':>7} {'alarms':>7}"
    for name, part, chosen in _parts(items, signals):
        for threshold in THRESHOLDS:
            left = calibration.above(part, chosen, threshold)
            yield f"{name:22} {threshold:5} {left.got:5} {left.precision:10.3f} {left.recall:7.3f} {left.alarms:7}"


def _parts(
    items: Sequence[Labelled], signals: dict[str, list[Event]]
) -> Iterator[tuple[str, list[Labelled], dict[str, list[Event]]]]:
    """All, each language, and each family (its events and signals alone)."""
    yield "all", list(items), signals
    for language in sorted({str(item.article["language"]) for item in items}):
        yield language, [item for item in items if item.article["language"] == language], signals
    for family in sorted({event["family"] for item in items for event in item.gold}):
        part = [Labelled(one.article, [e for e in one.gold if e["family"] == family]) for one in items]
        chosen = {key: [s for s in found if s["family"] == family] for key, found in signals.items()}
        yield family, part, chosen


def _changes(now: dict[str, list[Event]], before: dict[str, list[Event]]) -> Iterator[str]:
    """Signals gained and lost, each with its article, quote and rule."""
    gained = lost = 0
    for article in now:
        new, old = ({_key(one): one for one in kept(found.get(article, []))} for found in (now, before))
        for sign, signals in (
            ("+", [new[k] for k in new.keys() - old]),
            ("-", [old[k] for k in old.keys() - new]),
        ):
            gained, lost = gained + len(signals) * (sign == "+"), lost + len(signals) * (sign == "-")
            for one in sorted(signals, key=lambda signal: str(signal["id"])):
                who = ", ".join(sorted(core(one)))
                yield f"{sign} {article}: {one['family']} {one['stage']} [{who}] «{one['evidence']['quote'][:80]}» {one['rule']}"
    yield f"{gained} signals gained, {lost} lost"


def _key(signal: Event) -> bytes:
    return orjson.dumps(
        [signal["family"], signal["stage"], sorted(core(signal)), (signal["time"] or {}).get("start")]
    )


def _hold(path: Path, judged: dict[Path, list[Judged]], *, raising: bool) -> None:
    """Raise the floors, or end with exit code 1 where one does not hold."""
    known = floors.load(path)
    now = {
        gold.stem: floors.reached(gold, tally.total(map(tally.tally, found)))
        for gold, found in judged.items()
    }
    if raising:
        floors.write(
            path, known | {name: floors.raised(known.get(name), found) for name, found in now.items()}
        )
        return
    short = [
        line
        for name, found in now.items()
        if name in known
        for line in floors.shortfalls(name, known[name], found)
    ]
    missing = [f"{name}: has no floor; run with --raise" for name in now if name not in known]
    if short or missing:
        click.echo("\n".join([*short, *missing]), err=True)
        sys.exit(1)

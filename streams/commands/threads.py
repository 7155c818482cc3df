"""`parley threads`: the affairs that stand on the topic `threads`, and the course of one of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from streams.commands.broker import run
from streams.commands.filters import families_of, filter_options, filters_of
from streams.commands.inputs import moment
from streams.commands.settings import login, settings_of, settings_options
from streams.commands.view import STYLES, details, headline, printable
from streams.events import Update, to_record
from streams.filter import Filter
from streams.settings import Settings


@click.command()
@click.argument("names", nargs=-1, metavar="[FAMILY...|THREAD]")
@filter_options
@click.option("--since", help="Only threads with news since then (RFC 3339).")
@click.option(
    "--overdue", is_flag=True, help="Only what was planned for a day that has passed without a report."
)
@click.option("--closed", is_flag=True, help="Also threads that closed less than a month ago.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: the thread's latest update.")
@click.option("--headline", "language", default="en", show_default=True, help="Language of headlines.")
@settings_options
def command(
    names: tuple[str, ...],
    since: str | None,
    overdue: bool,
    closed: bool,
    as_json: bool,
    language: str,
    config: Path | None,
    broker: str | None,
    topic_prefix: str | None,
    **wanted: Any,
) -> None:
    """List the open threads of these families (default: all), latest news last, or show one by its id (or
    how it begins): its course, who takes part, what is said against it, and the words of the articles.
    """
    settings = settings_of(config, broker, topic_prefix)
    found = [
        update for update, is_open in run(settings, _threads(settings)) if is_open or closed or _is_id(names)
    ]
    if _is_id(names):
        _show(_one(found, names[0]), as_json=as_json, language=language)
        return
    families = families_of(names or ("all",), settings)
    matching, start = Filter.of(**filters_of(wanted)), moment(since, "--since")
    for update in found:
        if update.family in families and matching.matches(update) and _wanted(update, start, overdue=overdue):
            _tell(update, as_json=as_json, language=language)


async def _threads(settings: Settings) -> list[tuple[Update, bool]]:
    from streams.kafka.memory import threads  # noqa: PLC0415 - aiokafka is slow to import; --help is quick

    found = threads(settings.broker, settings.topic_prefix, client=login(settings))
    return [each async for each in found]


def _is_id(names: tuple[str, ...]) -> bool:
    """Whether one name is given that is the beginning of a thread's id and no family."""
    return len(names) == 1 and len(names[0]) >= 4 and set(names[0]) <= set("0123456789abcdef-")  # noqa: PLR2004


def _one(found: list[Update], name: str) -> Update:
    matching = [update for update in found if update.thread.startswith(name)]
    if len(matching) == 1:
        return matching[0]
    count = "no thread" if not matching else f"{len(matching)} threads"
    raise click.BadParameter(
        f"{count} of that id; `parley threads --closed` lists them", param_hint=repr(name)
    )


def _wanted(update: Update, since: datetime | None, *, overdue: bool) -> bool:
    return (since is None or update.as_of >= since) and (not overdue or "overdue" in update.flags)


def _tell(update: Update, *, as_json: bool, language: str) -> None:
    if as_json:
        sys.stdout.buffer.write(to_record(update, "")[2] + b"\n")
        sys.stdout.buffer.flush()
        return
    text = Text()
    text.append(f"{update.thread[:8]}  {update.as_of.astimezone(UTC):%Y-%m-%d %H:%M}  ", style="dim")
    text.append(f"{update.family:<20}", style="bold")
    text.append(printable(headline(update, language)))
    text.append(f"  ({printable(', '.join(filter(None, (details(update), *update.flags))))})", style="dim")
    Console(highlight=False, soft_wrap=True).print(text)


def _show(update: Update, *, as_json: bool, language: str) -> None:
    if as_json:
        _tell(update, as_json=True, language=language)
        return
    console = Console(highlight=False, soft_wrap=True)
    console.print(Text(printable(headline(update, language)), style=STYLES.get(update.kind, "bold")))
    for name, value in _facts(update, language):
        if value:
            console.print(Text.assemble((f"{name:<12}", "dim"), printable(value)))


def _facts(update: Update, language: str) -> Iterator[tuple[str, str]]:
    """What there is to say of a thread, name by name."""
    yield "thread", update.thread
    yield "family", f"{update.family}, {update.stage}" + (f" ({update.detail})" if update.detail else "")
    yield "course", update.summary.get(language) or update.summary.get("en") or ""
    yield from ((actor.role, f"{actor.name} ({actor.id})") for actor in update.actors)
    yield "place", ", ".join(filter(None, (update.place.name, update.place.country))) if update.place else ""
    yield (
        "time",
        " to ".join(dict.fromkeys(filter(None, (update.time.start, update.time.end)))) if update.time else "",
    )
    yield from ((key, str(value)) for key, value in update.attributes.items())
    yield "processes", ", ".join(update.processes)
    yield from _sources(update)


def _sources(update: Update) -> Iterator[tuple[str, str]]:
    """Who says so, and what is said against it."""
    yield "updates", f"{update.seq}, the latest a {update.kind} as of {update.as_of.isoformat()}"
    yield "publishers", f"{update.publishers.count}: {', '.join(update.publishers.latest)}"
    yield "articles", f"{update.articles.count}: {', '.join(update.articles.latest)}"
    yield "confidence", f"{update.confidence:.2f}"
    for claim in update.claims:
        yield "claimed", f"{claim.field}: {claim.value} by {claim.by or claim.publisher or 'somebody'}"
    for quote in update.evidence:
        yield f"said ({quote.language})", f"{quote.quote} [{quote.article}]"
    yield from ((link.relation, link.thread) for link in update.related)
    yield "reason", update.reason or ""
    yield "flags", ", ".join(update.flags)

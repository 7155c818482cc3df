"""What `parley subscribe` and `parley threads` ask for: families, and the options of a filter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from streams.detect import frames
from streams.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

_SEVERAL = {
    "--process": "Only threads of this process",
    "--actor": "Only threads with this actor id",
    "--country": "Only threads with this country",
    "--role": "Only actors in this role count",
    "--stage": "Only threads at this stage",
    "--language": "Only threads with evidence in this language",
}


def filter_options(function: F) -> F:
    """Adds the options of a filter: their values come under the filter's own names."""
    options = [
        *(
            click.option(name, multiple=True, help=f"{text}; may be given several times.")
            for name, text in _SEVERAL.items()
        ),
        click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, show_default=True),
        click.option(
            "--min-publishers", type=click.IntRange(1), help="From so many independent publishers on."
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def filters_of(wanted: dict[str, Any]) -> dict[str, Any]:
    """What the options say, as `Filter.of` and `subscribe` take it."""
    return {name: value if name == "min_confidence" else value or None for name, value in wanted.items()}


def families_of(given: tuple[str, ...], settings: Settings) -> list[str]:
    """The families that are meant. Raises `click.BadParameter` for one that there is not."""
    known = frames.families(settings.knowledge_dirs)
    unknown = [family for family in given if family not in (*known, "all")]
    if unknown:
        raise click.BadParameter(f"{unknown[0]!r} is none of all, {', '.join(known)}", param_hint="FAMILY")
    return list(known) if "all" in given else list(given)

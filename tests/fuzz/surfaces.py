"""The surfaces: what reads foreign bytes, how its inputs are made, and what must hold of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz import config, makers, reading, records


@dataclass(frozen=True, slots=True)
class Surface:
    """Something that reads foreign bytes. `check` fails for an input that shows a fault of ours; `share` is its
    part of all inputs, `seconds` the processor time that an input may take; `guided`: coverage can guide.
    """

    name: str
    make: makers.Make
    check: Callable[[bytes], None]
    share: float
    seconds: float = 1.0
    guided: bool = False


SURFACES = (
    Surface("articles", makers.article, reading.article, 0.24, guided=True),
    Surface("html", makers.markup, reading.article, 0.12, guided=True),
    Surface("headers", makers.header, records.headers, 0.14, guided=True),
    Surface("plain", makers.plain, reading.plain, 0.12, guided=True),
    Surface("rules", makers.knowledge, config.rules, 0.08, seconds=3.0),
    Surface("folders", makers.right_folder, config.folders, 0.00006, seconds=15.0),
    Surface("readings", makers.reading, records.reading, 0.15),
    Surface("settings", makers.setting, config.settings, 0.15),
)
BY_NAME = {surface.name: surface for surface in SURFACES}

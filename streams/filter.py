"""What a subscriber cares for: `Filter`, from what a user writes to whether an update matches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from streams.errors import SettingsError
from streams.events import Update, countries
from streams.reading import Role, Stage

Some = str | Iterable[str] | None
"""A filter's values: one, several of which any may match, or None for no filter."""

_ALWAYS = ("correction", "retraction")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which updates a subscriber cares for. Each field that is set must match; empty ones match all.

    `actors` and `roles` together ask for such an actor in such a role; an actor may also be a person's
    id. `languages` are those that the evidence is in. `min_publishers` also asks for confirmations,
    `minor` for updates of minor significance.
    """

    processes: frozenset[str] = frozenset()
    actors: frozenset[str] = frozenset()
    countries: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    stages: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    min_confidence: float = 0.0
    min_publishers: int | None = None
    minor: bool = False

    @classmethod
    def of(
        cls,
        *,
        process: Some = None,
        actor: Some = None,
        country: Some = None,
        role: Some = None,
        stage: Some = None,
        language: Some = None,
        min_confidence: float = 0.0,
        min_publishers: int | None = None,
        minor: bool = False,
    ) -> Filter:
        """The filter of what a user wrote. Raises `SettingsError` for a value that can never match."""
        if not 0.0 <= min_confidence <= 1.0:
            raise SettingsError(f"min_confidence: {min_confidence} is no probability between 0 and 1")
        if min_publishers is not None and min_publishers < 1:
            raise SettingsError(f"min_publishers: {min_publishers} must be 1 or more")
        return cls(
            processes=values_of(process),
            actors=values_of(actor),
            countries=frozenset(code.upper() for code in values_of(country)),
            roles=_known("role", role, get_args(Role)),
            stages=_known("stage", stage, get_args(Stage)),
            languages=values_of(language),
            min_confidence=min_confidence,
            min_publishers=min_publishers,
            minor=minor,
        )

    @property
    def narrows(self) -> bool:
        """Whether any thread could fail to match."""
        return self != Filter(minor=self.minor)

    def matches(self, update: Update) -> bool:
        """Whether the thread, as this update leaves it, is one that the subscriber cares for."""
        return (
            (not self.stages or update.stage in self.stages)
            and (not self.processes or not self.processes.isdisjoint(update.processes))
            and (not self.countries or not self.countries.isdisjoint(countries(update)))
            and self._actors_match(update)
            and (not self.languages or any(quote.language in self.languages for quote in update.evidence))
            and update.confidence >= self.min_confidence
            and update.publishers.count >= (self.min_publishers or 0)
        )

    def may_match(self, headers: Mapping[str, bytes]) -> bool:
        """False when the headers alone show that the update cannot match; spares reading the value."""
        return (
            _may(self.stages, headers.get("ce_stage"))
            and _may(self.processes, headers.get("ce_processes", b""))
            and _may(self.countries, headers.get("ce_countries", b""))
        )

    def wants(self, kind: str, significance: str) -> bool:
        """Whether updates of this kind and significance are delivered at all."""
        if kind == "confirmation":
            return self.min_publishers is not None
        return kind in _ALWAYS or self.minor or significance != "minor"

    def _actors_match(self, update: Update) -> bool:
        if not self.actors and not self.roles:
            return True
        return any(
            (not self.actors or actor.id in self.actors or actor.person in self.actors)
            and (not self.roles or actor.role in self.roles)
            for actor in update.actors
        )


def values_of(some: Some) -> frozenset[str]:
    """The values of a filter as a set."""
    if some is None:
        return frozenset()
    return frozenset((some,) if isinstance(some, str) else some)


def _known(name: str, some: Some, allowed: tuple[str, ...]) -> frozenset[str]:
    values = values_of(some)
    if unknown := sorted(values - set(allowed)):
        raise SettingsError(f"{name}: {unknown[0]!r} is not one of {', '.join(allowed)}")
    return values


def _may(wanted: frozenset[str], header: bytes | None) -> bool:
    """Whether a header (values with commas) may hold a wanted value; a missing stage says nothing."""
    if not wanted or header is None:
        return True
    return not wanted.isdisjoint(header.decode("utf-8", "replace").split(","))

"""What was planned and has not been reported since: told once, when its day is over everywhere.

The tracker has no clock. Every hour a worker puts a tick on `signals`, a reading without signals that only says
how late it is, so that folding the log again gives the same updates.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from streams.reading import Reading, Source
from streams.track.look import Look, day_of, seconds
from streams.track.state import State

TICK = "tick"
"""Status of a tick's article, and its id."""

LAST_TO_END = timedelta(hours=12)
"""So long after midnight in Greenwich a day ends at the date line."""

LOOK_BACK = 60
"""Days: what was planned for longer ago, as an archive tells it, is not missed."""


def tick(at: datetime) -> Reading:
    """The reading that says that it is `at`, to the hour."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    source = Source(
        id=TICK, version=hour.isoformat(), published=hour, received=hour, language="", status=TICK
    )
    return Reading(source)


def is_tick(reading: Reading) -> bool:
    """Whether a reading only says how late it is."""
    return reading.article.status == TICK and not reading.signals


def missed(state: State, now: datetime) -> list[Look]:
    """Threads whose planned day is over without a report, by the planned day; each is found until it is told."""
    today = day_of(seconds(now - LAST_TO_END))
    return [
        look
        for day in range(today - LOOK_BACK, today)
        for look in sorted(state.find(f"o|{day}"), key=lambda look: look.id)
    ]

"""How an update looks on a terminal: one line that says what changed, one that says why."""

from __future__ import annotations

from rich.text import Text

from streams.events import Update

STYLES = {
    "new": "bold green",
    "development": "bold yellow",
    "confirmation": "cyan",
    "correction": "bold magenta",
    "retraction": "bold red",
}
"""Style of each kind of update."""
MAX_VALUE = 40


def printable(text: str) -> str:
    """The text without what a terminal would obey: names, ids and keys are whatever a publisher wrote."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def line(update: Update, language: str = "en") -> Text:
    """The update in one line: family, kind, headline, when and where, and what changed."""
    text = Text()
    text.append(f"{update.kind:<13}", style=STYLES.get(update.kind, ""))
    text.append(f"{update.family:<20}", style="bold")
    text.append(printable(headline(update, language)))
    told = ", ".join(filter(None, (details(update), _changes(update))))
    if told:
        text.append(f"  ({printable(told)})", style="dim")
    return text


def details(update: Update) -> str:
    """Where and when, as far as it is known."""
    return ", ".join(filter(None, (_place(update), _day(update))))


def headline(update: Update, language: str) -> str:
    """The headline in `language`, else in English, else the fields."""
    found = update.headlines.get(language) or update.headlines.get("en")
    return found or f"{update.stage}: {', '.join(actor.name for actor in update.actors)}"


def _place(update: Update) -> str:
    if update.place is None:
        return ""
    return update.place.name or update.place.country or ""


def _day(update: Update) -> str:
    return update.time.start if update.time and update.time.start else ""


def _changes(update: Update) -> str:
    parts = [f"{change.field}: {_short(change.old)} → {_short(change.new)}" for change in update.changes]
    return "; ".join(parts)


def _short(value: object) -> str:
    text = "-" if value is None else str(value)
    return text if len(text) <= MAX_VALUE else f"{text[: MAX_VALUE - 1]}…"

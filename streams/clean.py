"""From what a publisher sends to the article's own words.

Takes away what stands around a story: HTML, datelines, bylines, credits, captions, teasers, page markers.
What the markers say in each language is data (`text.toml`); all languages apply at once, because the
language is not known yet. Every check looks at a bounded stretch of a line, so time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from streams.article import Dateline
from streams.dateline import Datelines
from streams.enrich.tables import TextTable, builtin
from streams.plaintext import from_html, has_markup, normalise

_SENTENCE_END = re.compile(r"[.!?\u2026\u3002\u061f](?=\s|$)|[\u3002]|$")
_BOUNDARY = re.compile(r"[.!?\u2026\u3002\u061f\u00bb\u201d\"(\[\uff08]")
_BRACKETS = {"(": ")", "[": "]", "\uff08": "\uff09"}
_SLUG = re.compile(r"\s*\([a-z]{2,4}(?:/[a-z]{2,4}){1,3}\)\s*$")
_END_CREDIT = re.compile(r"\s*[(\[\uff08]([^()\[\]\uff08\uff09]{2,60})[)\]\uff09][.\u3002]?$")
_NUMBER = re.compile(r"\d+")
_COLON = re.compile("[:\uff1a]")
_HEAD = 48  # the longest marker we look at, in characters
_SHORT_LINE = 70
_TEASER_LINE = 180


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The article's words, and what the removed lines said of its origin."""

    text: str
    dateline: Dateline | None = None
    credits: tuple[str, ...] = ()


class Cleaner:
    """Cleans texts of all languages whose tables it was given."""

    def __init__(self, tables: Mapping[str, TextTable]) -> None:
        self._markers: dict[str, str] = {}
        self._starts: dict[str, list[str]] = {}
        self._lines: set[str] = set()
        self._bylines: set[str] = set()
        self._particles: set[str] = {"&"}
        agencies: set[str] = set()
        for table in tables.values():
            rules = table.clean
            for kind in ("captions", "credits", "teasers", "sources"):
                self._markers.update(dict.fromkeys(map(_fold, getattr(rules, kind)), kind))
            for start in map(_fold, (*rules.starts, *(t for t in rules.teasers if " " in t))):
                self._starts.setdefault(start[:2], []).append(start)
            self._lines.update(map(_fold, (*rules.lines, *rules.teasers)))
            self._bylines.update(map(_fold, rules.bylines))
            self._particles.update(rules.particles)
            agencies.update(map(_fold, rules.agencies))
        self._agencies = frozenset(agencies)
        self._datelines = Datelines(
            tuple(pattern for table in tables.values() for pattern in table.clean.datelines), self._agencies
        )

    def title(self, raw: str) -> str:
        """A headline on one line."""
        return normalise(raw).replace("\n", " ")

    def text(self, raw: str) -> Cleaned:
        """The article's own words, with its dateline and the agencies it is credited to."""
        return self._clean(from_html(raw) if has_markup(raw) else raw)

    def markup(self, raw: str) -> Cleaned:
        """The same for a page or a fragment of HTML."""
        return self._clean(from_html(raw))

    def _clean(self, raw: str) -> Cleaned:
        credited: list[str] = []
        lines: list[str] = []
        for line in normalise(raw).split("\n"):
            kept = self._line(line, credited)
            if kept:
                lines.append(kept)
        self._drop_byline(lines)
        dateline = None
        if lines:
            dateline, lines[0] = self._datelines.split(lines[0])
            lines[-1] = self._end_credit(lines[-1], credited)
        return Cleaned("\n".join(filter(None, lines)), dateline, tuple(dict.fromkeys(credited)))

    def _line(self, line: str, credited: list[str]) -> str:
        """What of a line belongs to the article; agencies of origin go to `credited`."""
        if len(line) <= _SHORT_LINE and self._is_marker_line(_fold(line)):
            return ""
        starts = self._starts.get(_fold(line[:2]))
        if starts is not None:
            lower = _fold(line[:_SHORT_LINE])
            if any(lower.startswith(start) and self._drops(line, lower, start) for start in starts):
                return ""
        if ":" not in line and "\uff1a" not in line:
            return line
        colon = _colon(line, 0)
        kept: list[str] = []
        done = 0
        while colon >= 0:
            first, end = self._marked(line, done, colon, credited)
            if end:
                kept.append(line[done:first].strip(" "))
                done = end
            colon = _colon(line, max(end, colon + 1))
        return " ".join(filter(None, (*kept, line[done:].strip(" "))))

    def _is_marker_line(self, lower: str) -> bool:
        return _NUMBER.sub("#", lower).strip(" -\u2013\u2014*:.|>[]()\u3010\u3011") in self._lines

    def _drops(self, line: str, lower: str, start: str) -> bool:
        if self._markers.get(start) != "teasers":
            return True
        rest = lower[len(start) : len(start) + 2]
        return len(line) < _TEASER_LINE and line[-1] not in '.!"\u201d\u00bb' and rest[:1] in " :-\u2013"

    def _marked(self, line: str, done: int, colon: int, credited: list[str]) -> tuple[int, int]:
        """The span of the sentence that a marker before this colon opens; (0, 0) when it is no marker."""
        first = max(done, colon - _HEAD)
        opens = first == done
        for match in _BOUNDARY.finditer(line, first, colon):
            first, opens = match.end(), True
        kind = self._markers.get(_fold(line[first:colon].strip(" -\u2013\u2014*|>\u25b6\u25ba")))
        if kind is None or not opens:
            return 0, 0
        closing = _BRACKETS.get(line[first - 1]) if first else None
        end = line.find(closing, colon, colon + _TEASER_LINE) if closing else -1
        if end >= 0:
            first, end = first - 1, end + 1
        elif first == 0 and kind in {"teasers", "sources", "credits"}:
            end = len(line)
        else:
            found = _SENTENCE_END.search(line, colon + 1)
            end = found.end() if found else len(line)
        if kind == "sources":
            credited.append(line[colon + 1 : end].strip(" .)]"))
        return first, end

    def _drop_byline(self, lines: list[str]) -> None:
        """Take away "By Jane Doe" where it stands: above or right below the story."""
        for index in (0, 1, -1):
            if len(lines) <= max(index, 1) or len(lines[index]) > _SHORT_LINE or lines[index][-1] == ".":
                continue
            first, _, rest = lines[index].partition(" ")
            words = rest.split()
            if _fold(first).rstrip(":") in self._bylines and words and all(map(self._is_name, words)):
                del lines[index]
                return

    def _is_name(self, word: str) -> bool:
        return word[0].isupper() or word in self._particles

    def _end_credit(self, line: str, credited: list[str]) -> str:
        """The last line without "(Reuters)" or a desk's initials at its end."""
        if ")" not in line[-2:] and "]" not in line[-2:] and "\uff09" not in line[-2:]:
            return line
        line = line[:-_SHORT_LINE] + _SLUG.sub("", line[-_SHORT_LINE:])
        match = _END_CREDIT.search(line[-_SHORT_LINE:])
        if match is None:
            return line
        names = [name.strip() for name in re.split(r"[/,;|\u3001]", match[1])]
        if not any(_fold(name) in self._agencies for name in names):
            return line
        credited.extend(name for name in names if _fold(name) in self._agencies)
        return line[: len(line) - len(match[0])].rstrip()


def _fold(text: str) -> str:
    """Lower case, without the dot that the lower case of a Turkish capital keeps as a character of its own."""
    return text.lower().replace("\u0307", "")


def _colon(line: str, start: int) -> int:
    found = _COLON.search(
        line, start
    )  # finding each kind alone would look through the whole line for the other
    return found.start() if found else -1


@cache
def default() -> Cleaner:
    """The cleaner for the languages that ship with Parley."""
    return Cleaner(builtin())

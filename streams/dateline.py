"""`Moskow (ANTARA) -`, `LONDON, Jan 22 (Meridian Wire) -`, `Madrid, 24 feb.-`: where a text was filed.

A dateline opens a text; it is no part of its first sentence and no place of an event. The common shapes
need no words, only punctuation and capitals; what a script writes in its own way is a pattern in its
language's `text.toml` with the groups `place` and `agency`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from streams.article import Dateline
from streams.errors import KnowledgeError

_REACH = 160  # a dateline ends within so many characters
_PLACE = r"(?P<place>[^\W\d_][\w'\u2019\u02bc.\-]{1,24}(?:[ /]\(?[\w'\u2019\u02bc.\-]{1,20}\)?){0,4}?(?:[,\u060c] ?[^\W\d_][\w'\u2019.\-]{1,20}(?: [\w'\u2019.\-]{1,20}){0,2}?){0,2}?)"
_DATE = r"(?P<date>(?:[^\W\d_]{2,12}[ ,]{1,2})?(?:\d{1,2}(?:er|st|nd|rd|th|\.)? ?(?:de )?[^\W\d_]{2,12}|[^\W\d_]{3,12}\.? \d{1,2}|\d{1,2}[./]\d{1,2})\.?(?:,? (?:de )?(?:19|20)\d\d)?(?: ?[^\W\d_]\.)?)"
_AGENCY = r"[(/](?P<agency>[^()/\n]{2,40}(?:/[^()/\n]{2,24})?)[)/]"
_DASH = r"(?:[-\u2010-\u2015\u2212]{1,3}|\u2500)"
_BRACKET, _DIGIT, _RULE = 1, 2, 4
_SIGNS = (
    (_BRACKET, re.compile(r"[(/]")),
    (_DIGIT, re.compile(r"\d")),
    (_RULE, re.compile(r"[-\u2010-\u2015\u2212\u2500]")),
)
_SHAPES = tuple(
    (re.compile(shape), needs)
    for shape, needs in (
        (
            rf"{_PLACE}(?:[,\u060c.] ?{_DATE})? ?[,\u060c]?\.? ?{_AGENCY}(?:,? {_DATE.replace('date', 'date2')})?(?:\.? ?{_DASH}|:|\.) ?",
            _BRACKET,
        ),
        (
            rf"{_PLACE}(?:[,\u060c.]? {_DATE}) ?[\u060c,]? ?{_DASH} ?(?:(?P<agency>[^\W\d_][\w ]{{1,24}})\. )?",
            _DIGIT | _RULE,
        ),
        (rf"(?P<place>[^\W\d_][\w'\u2019 .\-]{{1,30}}?)[,.] {_DATE}\.? ", _DIGIT),
        (
            rf"(?P<agency>[\w ]{{2,24}}\.(?i:com|co|id|net|ru|org)), (?P<place>[\w .']{{2,30}}?) ?{_DASH} ",
            _RULE,
        ),
        (
            rf"(?P<place>[\w .']{{2,30}}?), (?P<agency>[\w ]{{2,24}}\.(?i:com|co|id|net|ru|org)) ?{_DASH} ",
            _RULE,
        ),
        (rf"(?P<agency>[\w ]{{2,24}}\.(?i:com|co|id|net|ru|org)) ?{_DASH} ", _RULE),
        (rf"\((?P<agency>[^()\d\n]{{2,30}})\) ?{_DASH} ", _BRACKET | _RULE),
        (rf"{_PLACE} {_DASH}{{1,2}} ", _RULE),
    )
)
"""The shapes, each with the signs without which it cannot match: most lines have none, and none is tried."""
_CAPITALS_ONLY = {2}
_LAST = len(_SHAPES) - 1
_MAX_WORDS = 6


class Datelines:
    """Finds the dateline of a text's first line."""

    def __init__(self, patterns: Iterable[str], agencies: frozenset[str]) -> None:
        self._patterns = tuple(map(_compiled, patterns))
        self._agencies = agencies

    def split(self, line: str) -> tuple[Dateline | None, str]:
        """The dateline, if there is one, and the line without it."""
        head = line[:_REACH]
        for pattern in self._patterns:
            if match := pattern.match(head):
                return _dateline(match), line[match.end() :].lstrip(" -\u2013\u2014:")
        signs = sum(bit for bit, sign in _SIGNS if sign.search(head))
        for index, (shape, needs) in enumerate(_SHAPES):
            match = shape.match(head) if signs & needs == needs else None
            if match and self._plausible(index, match, line):
                return self._swap(_dateline(match)), line[match.end() :].lstrip()
        return None, line

    def _plausible(self, index: int, match: re.Match[str], line: str) -> bool:
        groups = match.groupdict()
        place, agency = groups.get("place") or "", groups.get("agency") or ""
        if agency and not any(map(str.isalpha, agency)):
            return False  # "Prabowo (73) - …" gives an age
        if place and (not _starts_upper(place) or len(place.split()) > _MAX_WORDS):
            return False
        rest = line[match.end() :].lstrip()
        if not rest or not _starts_upper(rest.lstrip("\"'\u00ab\u201c\u201e\u2018([")):
            return False
        if index in _CAPITALS_ONLY:
            return place.isupper()
        if index == _LAST:  # nothing but a name and a dash
            words = place.split()
            return place.isupper() or (len(words) <= 2 and all(map(_starts_upper, words)))  # noqa: PLR2004
        return True

    def _swap(self, dateline: Dateline) -> Dateline:
        """An agency where the place should be ("REUTERS - …") is an agency."""
        if dateline.place and not dateline.agency and dateline.place.lower() in self._agencies:
            return Dateline(agency=dateline.place, text=dateline.text)
        return dateline


def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise KnowledgeError(f"text.toml: datelines: {pattern[:80]!r} is no expression: {error}") from error


def _dateline(match: re.Match[str]) -> Dateline:
    groups = match.groupdict()
    place, agency = groups.get("place"), groups.get("agency")
    return Dateline(
        place=place.strip(" ,.") if place else None,
        agency=agency.strip() if agency else None,
        text=match[0].strip(),
    )


def _starts_upper(text: str) -> bool:
    """Whether the first character is a capital, a digit, or of a script without capitals."""
    first = text[:1]
    return bool(first) and (first.isupper() or first.isdigit() or first.lower() == first.upper())

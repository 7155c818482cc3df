"""A sentence taken apart: who is named in it, behind which marker, and where its clauses begin.

`parse` turns the automaton's hits into a `Clause`: groups of coordinated names with the slot that the word
before or behind them gives, triggers, operators and boundaries, all by token position.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from streams.detect.grammar import FunctionWord, Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.names import Named

MARK, BREAK, RELATIVE, COMPLEMENT, CONJUNCTION, PHRASE, SPEECH, TRIGGER, OPERATOR, NAME, PASSIVE, STOP, QUIET = (
    1 << n for n in range(13)
)
"""What a token is, as bits, so that walks over a sentence are cheap."""

_BITS = {
    "before": MARK,
    "relative": RELATIVE,
    "subordinate": BREAK,
    "complement": COMPLEMENT,
    "conjunction": CONJUNCTION,
    "phrase": PHRASE,
    "speech": SPEECH,
    "operator": OPERATOR,
    "passive": PASSIVE,
    "quiet": QUIET,
}
_SIGNS = {",": CONJUNCTION, "-": CONJUNCTION, "–": CONJUNCTION, "/": CONJUNCTION, "、": CONJUNCTION, "،": CONJUNCTION,
          ";": STOP, ":": STOP, "—": STOP, "；": STOP, "：": STOP, "؛": STOP, "，": CONJUNCTION}  # fmt: skip
_COMMAS = frozenset(",،，")

MAX_REACH = 7
"""Most tokens between a marker and the name it governs ("with the visiting foreign minister of France")."""
MAX_UNKNOWN = 2
"""Most of them that are neither capitalised nor known to stand in a noun phrase."""


@dataclass(slots=True)
class Spot:
    """A name in the sentence, tokens `start` to `end`, with all that it may mean: an actor, a place, both."""

    start: int
    end: int
    meanings: tuple[Named, ...]
    actor: Named | None = field(init=False)
    place: Named | None = field(init=False)

    def __post_init__(self) -> None:
        self.actor = next((named for named in self.meanings if named.is_actor), None)
        self.place = next((named for named in self.meanings if named.place is not None), None)


@dataclass(slots=True)
class Group:
    """Coordinated names ("Britain and France"): tokens `start` to `end`, the slot their marker gives ("" when
    bare). `anaphor` is set for words that stand for somebody named before."""

    start: int
    end: int
    mentions: list[Spot]
    slot: str = ""
    anaphor: str = ""
    mark: int = -1


@dataclass(slots=True)
class Clause:
    """A sentence's structure. Positions are token indexes; `spans` give code points in the field."""

    words: list[str]
    spans: list[tuple[int, int]]
    bits: list[int]
    groups: list[Group] = field(default_factory=list)
    triggers: list[Hit[Trigger]] = field(default_factory=list)
    operators: list[tuple[int, int, str]] = field(default_factory=list)
    speech: list[tuple[int, int]] = field(default_factory=list)
    past: bool = False
    anaphoric: list[tuple[int, int]] = field(default_factory=list)
    conditions: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Condition:
    """A word that some entries want ("context") or exclude ("unless") in their sentence."""

    key: str


Item = Named | Trigger | FunctionWord | Condition
Capital = Callable[[int], bool]


def spots(
    hits: list[Hit[Item]], spans: list[tuple[int, int]], text: str, grammar: Grammar, day: str
) -> list[Spot]:
    """The names that stand in a sentence, longest first from the left. Names that stand for somebody only
    for a time do so on `day` (ISO date of publication)."""
    named: list[Hit[Named]] = [hit for hit in hits if type(hit.item) is Named]  # type: ignore[misc]  # the items are Named
    if not named:
        return []
    named.sort(key=lambda hit: (hit.start, -hit.end))
    found: list[tuple[int, int, list[Named]]] = []
    end = 0
    for hit in named:
        again = bool(found) and hit.start == found[-1][0] and hit.end == found[-1][1]
        if (hit.start < end and not again) or not hit.item.stands(text, spans, hit, grammar.cased, day):
            continue
        if again:
            found[-1][2].append(hit.item)
            continue
        found.append((hit.start, hit.end, [hit.item]))
        end = hit.end
    return [Spot(start, stop, tuple(meanings)) for start, stop, meanings in found]


def parse(
    words: list[str],
    spans: list[tuple[int, int]],
    names: list[Spot],
    hits: list[Hit[Item]],
    text: str,
    grammar: Grammar,
) -> Clause:
    """The structure of one sentence of `text` from its names and the automata's `hits`."""
    clause = Clause(words, spans, [_SIGNS.get(word, 0) for word in words])
    for spot in names:
        for index in range(spot.start, spot.end):
            clause.bits[index] = NAME
    _take_triggers([hit for hit in hits if type(hit.item) is Trigger], clause)  # type: ignore[misc]  # the items are triggers
    functions: list[Hit[FunctionWord]] = [hit for hit in hits if type(hit.item) is FunctionWord and hit.item.part != "quiet"]  # type: ignore[misc]  # the items are function words
    marks, after = _take_functions(functions, clause)
    clause.conditions = {hit.item.key for hit in hits if type(hit.item) is Condition}
    _group(names, marks, after, clause, text, grammar)
    return clause


def _take_triggers(hits: list[Hit[Trigger]], clause: Clause) -> None:
    """Of triggers that share a token only the longest stay, verbs before nouns; a name triggers nothing."""
    hits.sort(key=lambda hit: (-len(hit.tokens), hit.item.voice == "noun", hit.end - hit.start, hit.start))
    taken: dict[int, Hit[Trigger]] = {}
    kept: list[Hit[Trigger]] = []
    for hit in hits:
        if all(clause.bits[token] & NAME for token in hit.tokens):
            continue
        holders = [taken[token] for token in hit.tokens if token in taken]
        if any(holder.tokens != hit.tokens for holder in holders):
            continue
        kept.append(hit)
        for token in hit.tokens:
            taken[token] = hit
            clause.bits[token] |= TRIGGER
    clause.triggers = sorted(kept, key=lambda hit: (hit.start, hit.end))


def _take_functions(
    hits: list[Hit[FunctionWord]], clause: Clause
) -> tuple[dict[int, tuple[int, str]], dict[int, str]]:
    """Marks function words on the tokens; returns markers by their last token, and postpositions by their
    first one. Longer ones win; inside triggers only passives and operators count."""
    hits.sort(key=lambda hit: hit.start - hit.end)
    marks: dict[int, tuple[int, str]] = {}
    after: dict[int, str] = {}
    taken: dict[str, set[int]] = {}
    for hit in hits:
        part = hit.item.part
        used = taken.setdefault(part, set())
        if any(token in used or clause.bits[token] & NAME for token in hit.tokens):
            continue
        used.update(hit.tokens)
        if part == "before":
            if not clause.bits[hit.end - 1] & TRIGGER:
                marks[hit.end - 1] = (hit.start, hit.item.value)
        elif part == "after":
            after[hit.start] = hit.item.value
        elif part == "operator":
            clause.operators.append((hit.start, hit.end, hit.item.value))
        elif part == "speech":
            clause.speech.append((hit.start, hit.end))
        elif part == "past":
            clause.past = True
        elif part == "anaphoric":
            clause.anaphoric.append((hit.start, hit.end))
        elif part == "anaphor":
            clause.groups.append(Group(hit.start, hit.end, [], anaphor=hit.item.value))
        bit = _BITS.get(part, 0)
        for token in hit.tokens:
            clause.bits[token] |= bit
    clause.operators.sort()
    clause.speech.sort()
    return marks, after


def _group(
    names: list[Spot],
    marks: dict[int, tuple[int, str]],
    after: dict[int, str],
    clause: Clause,
    text: str,
    grammar: Grammar,
) -> None:
    """Names joined by conjunctions share one group and its marker."""
    capital = _capitals(clause, text, grammar)
    groups: list[Group] = []
    for spot in names:
        start, end = spot.start, spot.end
        slot, mark = _marker(start, marks, clause, capital)
        behind = _behind(end, after, clause)
        previous = groups[-1] if groups else None
        if previous is not None and mark < previous.end and _one_group(previous, spot, clause, capital, grammar):
            previous.mentions.append(spot)
            previous.end = end
            if behind:
                previous.slot = behind
        else:
            if not behind and mark < 0:
                slot = _case(clause.words[end - 1], grammar)
            groups.append(Group(start, end, [spot], behind or slot, mark=mark))
    for anaphor in clause.groups:
        anaphor.slot, anaphor.mark = _marker(anaphor.start, marks, clause, capital)
        anaphor.slot = _behind(anaphor.end, after, clause) or anaphor.slot
    clause.groups = sorted([*groups, *clause.groups], key=lambda group: group.start)


def _case(word: str, grammar: Grammar) -> str:
    """The slot that a name's own ending gives."""
    return next((slot for slot, endings in grammar.cases if word.endswith(endings)), "")


def _one_group(previous: Group, spot: Spot, clause: Clause, capital: Capital, grammar: Grammar) -> bool:
    """Whether a name belongs to the group before it: joined to it, or the same actor said again in apposition
    ("US President Trump"). Where the verb comes first, its subject and object may touch."""
    same = _same_actor(previous.mentions[-1], spot)
    if grammar.order == "vso" and spot.start == previous.end and not same:
        return spot.actor is None or previous.mentions[-1].actor is None
    return _joined(previous.end, spot.start, clause, capital) or (same and _apposed(previous.end, spot.start, clause, capital))


def _same_actor(one: Spot, other: Spot) -> bool:
    return one.actor is not None and other.actor is not None and one.actor.name.id == other.actor.name.id


def _apposed(end: int, start: int, clause: Clause, capital: Capital) -> bool:
    """Whether nothing but titles and a few unknown words stands between two names of the same actor."""
    unknown = 0
    for index in range(end, start):
        bits = clause.bits[index]
        if bits & (BREAK | RELATIVE | COMPLEMENT | SPEECH | TRIGGER | STOP | MARK | OPERATOR | CONJUNCTION):
            return False
        unknown += not (bits & PHRASE or capital(index))
    return unknown <= MAX_UNKNOWN and start - end <= MAX_REACH


def _capitals(clause: Clause, text: str, grammar: Grammar) -> Capital:
    spans = clause.spans
    if not grammar.cased:
        return lambda _index: False
    return lambda index: text[spans[index][0]].isupper()


def _marker(start: int, marks: dict[int, tuple[int, str]], clause: Clause, capital: Capital) -> tuple[str, int]:
    """The slot of the marker that governs a noun phrase whose name begins at `start`, and where it stands."""
    unknown = 0
    for index in range(start - 1, max(-1, start - 1 - MAX_REACH), -1):
        mark = marks.get(index)
        if mark is not None:
            return mark[1], mark[0]
        bits = clause.bits[index]
        if bits & (BREAK | RELATIVE | COMPLEMENT | SPEECH | TRIGGER | NAME | CONJUNCTION | STOP | PASSIVE):
            return "", -1
        if bits & PHRASE or capital(index) or clause.words[index].isdigit():
            continue
        unknown += 1
        if unknown > MAX_UNKNOWN:
            return "", -1
    return "", -1


def _behind(end: int, after: dict[int, str], clause: Clause) -> str:
    """The slot of a postposition right behind a name, an apostrophe between them or not."""
    if not after:
        return ""
    for index in range(end, min(end + 2, len(clause.words))):
        if index in after:
            return after[index]
        if clause.words[index] not in "'’":
            return ""
    return ""


def _joined(end: int, start: int, clause: Clause, capital: Capital) -> bool:
    """Whether only a conjunction and the inside of a noun phrase stand between two names."""
    if start - end > MAX_REACH + 1:
        return False
    joins = False
    comma = False
    for index in range(end, start):
        bits = clause.bits[index]
        if bits & (BREAK | RELATIVE | COMPLEMENT | SPEECH | TRIGGER | STOP | MARK | OPERATOR):
            return False
        if bits & CONJUNCTION:
            comma = comma or clause.words[index] in _COMMAS
            joins = True
        elif not (bits & PHRASE or capital(index)):
            return False
    if joins and comma and not _listed(end, start, clause):
        return False
    return joins or start == end or all(capital(index) for index in range(end, start))


def _listed(end: int, start: int, clause: Clause) -> bool:
    """Whether a comma between two names joins them: a conjunction stands with it, or ends the list soon, or
    the second name is right behind the comma as in "Riyadh, Saudi Arabia"."""
    between = clause.words[end:start]
    if any(clause.bits[end + n] & CONJUNCTION and word not in _COMMAS for n, word in enumerate(between)):
        return True
    if len(between) == 1:
        return True
    ahead = range(start, min(start + 10, len(clause.words)))
    return any(clause.bits[n] & CONJUNCTION and clause.words[n] not in _COMMAS for n in ahead)

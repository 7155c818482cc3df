"""A sentence taken apart: who is named in it, what may happen in it, and where its clauses begin.

`parse` turns the automata's hits into a `Clause`: triggers, operators and boundaries by token position, and
groups of coordinated names with the slot that the word before or behind them gives (`groups`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from streams.detect.grammar import FunctionWord, Grammar
from streams.detect.lexicon import Trigger
from streams.detect.match import Hit
from streams.detect.names import Named

(
    MARK, BREAK, RELATIVE, COMPLEMENT, CONJUNCTION, PHRASE, SPEECH, TRIGGER, OPERATOR, NAME, PASSIVE, STOP, PURPOSE, VERB,
    OPENER, FINITE,
) = (1 << n for n in range(16))  # fmt: skip
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
    "purpose": PURPOSE,
    "opener": OPENER,
    "finite": FINITE,
}
_SIGNS = {",": CONJUNCTION, "-": CONJUNCTION, "–": CONJUNCTION, "/": CONJUNCTION, "、": CONJUNCTION, "،": CONJUNCTION,
          ";": STOP, ":": STOP, "—": STOP, "；": STOP, "：": STOP, "؛": STOP, "，": CONJUNCTION}  # fmt: skip
COMMAS = frozenset(",،，")

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
    bare) and where that stands. `anaphor` is set for words that stand for somebody named before.
    """

    start: int
    end: int
    mentions: list[Spot]
    slot: str = ""
    anaphor: str = ""
    mark: int = -1

    @property
    def actors(self) -> list[Spot]:
        """The names that can take part in an event."""
        return [spot for spot in self.mentions if spot.actor is not None]


@dataclass(slots=True)
class Clause:
    """A sentence's structure. Positions are token indexes; `spans` give code points in the field, `bits` what
    each token is, `capitals` whether it begins with a capital letter.
    """

    words: list[str]
    spans: list[tuple[int, int]]
    bits: list[int]
    capitals: list[bool]
    groups: list[Group] = field(default_factory=list)
    triggers: list[Hit[Trigger]] = field(default_factory=list)
    operators: list[tuple[int, int, str]] = field(default_factory=list)
    speech: list[tuple[int, int]] = field(default_factory=list)
    past: bool = False
    anaphoric: list[tuple[int, int]] = field(default_factory=list)
    definite: list[tuple[int, int]] = field(default_factory=list)
    counts: list[tuple[int, int, str]] = field(default_factory=list)

    def any(self, bits: int, left: int, right: int) -> bool:
        """Whether a token from `left` to `right` (exclusive) is one of `bits`."""
        return any(token & bits for token in self.bits[max(0, left) : right])

    def last(self, bits: int, left: int, right: int) -> int:
        """The last token between `left` and `right` (exclusive) that is one of `bits`, or -1."""
        for index in range(right - 1, max(left, 0) - 1, -1):
            if self.bits[index] & bits:
                return index
        return -1

    def comma(self, left: int, right: int) -> bool:
        """Whether a comma stands between `left` and `right` (exclusive)."""
        return not COMMAS.isdisjoint(self.words[max(0, left) : right])


@dataclass(frozen=True, slots=True)
class Condition:
    """A word that some entries want ("context") or exclude ("unless") in their sentence."""

    key: str


Item = Named | Trigger | FunctionWord | Condition


@dataclass(slots=True)
class Marks:
    """The words that give a noun phrase its slot: `before` by their last token (with their first), `behind`
    by their first token.
    """

    before: dict[int, tuple[int, str]] = field(default_factory=dict)
    behind: dict[int, str] = field(default_factory=dict)


def spots(
    hits: list[Hit[Item]], spans: list[tuple[int, int]], text: str, grammar: Grammar, day: str
) -> list[Spot]:
    """The names that stand in a sentence, longest first from the left. Names that stand for somebody only
    for a time do so on `day` (ISO date of publication); a currency's country ("US dollars") takes no part.
    """
    named = [hit for hit in hits if type(hit.item) is Named]
    if not named:
        return []
    money = {
        token
        for hit in hits
        if type(hit.item) is FunctionWord and hit.item.part == "currency"
        for token in (hit.start - 1, hit.end)
    }
    named.sort(key=lambda hit: (hit.start, -hit.end))
    found: list[Spot] = []
    start, end, meanings = -1, 0, []
    for hit in named:
        again = hit.start == start and hit.end == end
        if (hit.start < end and not again) or hit.start in money or hit.end - 1 in money:
            continue
        item = cast("Named", hit.item)
        if not item.stands(text, spans, hit, grammar.cased, day):
            continue
        if again:
            meanings.append(item)
            continue
        if meanings:
            found.append(Spot(start, end, tuple(meanings)))
        start, end, meanings = hit.start, hit.end, [item]
    if meanings:
        found.append(Spot(start, end, tuple(meanings)))
    return found


def parse(
    words: list[str],
    spans: list[tuple[int, int]],
    names: list[Spot],
    hits: list[Hit[Item]],
    text: str,
    grammar: Grammar,
) -> tuple[Clause, Marks]:
    """The structure of one sentence of `text` but for its groups, from names and the automata's `hits`."""
    capitals = [text[start].isupper() for start, _end in spans] if grammar.cased else [False] * len(words)
    clause = Clause(words, spans, [_SIGNS.get(word, 0) for word in words], capitals)
    for spot in names:
        for index in range(spot.start, spot.end):
            clause.bits[index] = NAME
    conditions = {hit.item.key for hit in hits if type(hit.item) is Condition}
    triggers = [hit for hit in hits if type(hit.item) is Trigger and hit.item.entry.fits(conditions)]
    _take_triggers(cast("list[Hit[Trigger]]", triggers), clause)
    functions = [hit for hit in hits if type(hit.item) is FunctionWord]
    marks = _take_functions(cast("list[Hit[FunctionWord]]", functions), clause)
    for index, bits in enumerate(clause.bits):
        if bits & RELATIVE and bits & (COMPLEMENT | OPERATOR):
            clause.bits[index] = bits & ~RELATIVE
        elif bits & RELATIVE and _lists(index, clause):
            clause.bits[index] &= ~RELATIVE
            clause.bits[index + 1] &= ~RELATIVE
    return clause, marks


def _lists(comma: int, clause: Clause) -> bool:
    """Whether an article behind a comma opens no relative clause but names one of a list (", die USA und") or
    a day (", dem 3. April").
    """
    words, bits = clause.words, clause.bits
    start = comma + 2
    if words[comma] not in COMMAS or start >= len(words):
        return False
    if words[start][0].isdigit() or not bits[start] & NAME:
        return words[start][0].isdigit()
    end = next((n for n in range(start, len(words)) if not bits[n] & NAME), len(words))
    return end < len(words) and bool(bits[end] & CONJUNCTION) and words[end] != "-"


def _take_triggers(hits: list[Hit[Trigger]], clause: Clause) -> None:
    """Of triggers that share a token only the longest stay, verbs before nouns; a name triggers nothing."""
    hits.sort(key=lambda hit: (-len(hit.tokens), hit.item.voice == "noun", hit.end - hit.start, hit.start))
    taken: dict[int, Hit[Trigger]] = {}
    for hit in hits:
        if all(clause.bits[token] & NAME for token in hit.tokens):
            continue
        holders = [taken[token] for token in hit.tokens if token in taken]
        if any(holder.tokens != hit.tokens for holder in holders):
            continue
        clause.triggers.append(hit)
        bit = TRIGGER | VERB if hit.item.voice == "active" else TRIGGER
        for token in hit.tokens:
            taken[token] = hit
            clause.bits[token] |= bit
    clause.triggers.sort(key=lambda hit: (hit.start, hit.end))


def _take_functions(hits: list[Hit[FunctionWord]], clause: Clause) -> Marks:
    """Marks function words on the tokens; of those of one part that share a token the longest stays. A marker
    that ends a verb's trigger is the verb's own.
    """
    hits.sort(key=lambda hit: hit.start - hit.end)
    marks = Marks()
    used: set[tuple[str, int]] = set()
    for hit in hits:
        part = hit.item.part
        if part in CONTENT:
            if part == "anaphor" and not clause.any(NAME, hit.start, hit.end):
                clause.groups.append(Group(hit.start, hit.end, [], anaphor=hit.item.value))
            continue
        own = [(part, token) for token in hit.tokens]
        if not used.isdisjoint(own) or any(clause.bits[token] & NAME for token in hit.tokens):
            continue
        used.update(own)
        _note(hit, clause, marks)
        bit = _BITS.get(part, 0)
        for token in hit.tokens:
            clause.bits[token] |= bit
    clause.operators.sort()
    clause.speech.sort()
    return marks


CONTENT = frozenset({"quiet", "anaphor", "currency"})
"""Parts that are looked for in every sentence, beside the names."""


def _note(hit: Hit[FunctionWord], clause: Clause, marks: Marks) -> None:
    part, value = hit.item.part, hit.item.value
    if part == "before":
        if not clause.bits[hit.end - 1] & VERB:
            marks.before[hit.end - 1] = (hit.start, value)
    elif part == "after":
        marks.behind[hit.start] = value
    elif part == "operator":
        clause.operators.append((hit.start, hit.end, value))
    elif part == "speech":
        clause.speech.append((hit.start, hit.end))
    elif part == "past":
        clause.past = True
    elif part == "anaphoric":
        (clause.definite if value == "definite" else clause.anaphoric).append((hit.start, hit.end))
    elif part == "count":
        clause.counts.append((hit.start, hit.end, value))

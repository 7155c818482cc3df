"""One article's events: sentence by sentence from tokens to candidates, then judged and merged.

The steps, each in a module of its own: `match` finds names and triggers, `structure` takes the sentence apart,
`roles` fills slots, `stage` reads operators, `actors`, `where_when` and `times` say who, where and when, `judge` gives
the confidence, `merge` makes one of what is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from streams.article import Article, Mention, Sentence
from streams.detect import merge
from streams.detect.actors import cast
from streams.detect.candidate import Candidate
from streams.detect.clause import COMPLEMENT, OPERATOR, Clause, Spot
from streams.detect.evidence import evidence, mentions, why
from streams.detect.filled import Filled
from streams.detect.frames import Frame
from streams.detect.groups import group
from streams.detect.knowledge import Knowledge, Language
from streams.detect.memory import Memory
from streams.detect.patterns import lower
from streams.detect.roles import fill
from streams.detect.senses import NAMES, TRIGGERS, WORDS, Found
from streams.detect.stage import stage_of
from streams.detect.structure import parse, spots
from streams.detect.times import Known, Times
from streams.detect.tokens import words_of
from streams.detect.towns import add_towns
from streams.detect.traits import Story, how
from streams.detect.where_when import is_background, place_of
from streams.reading import Actor, Place, Time

SOON = timedelta(days=100)
"""How far ahead a day may lie that makes a planned event of what the verb tells as done."""

READ = 50_000
"""Characters of a title and of a text in which events are looked for: fifteen times what articles have. A text
that names an event in every line must not take over a second. A quarter where a word has two characters."""

MOST = 500
"""Triggers that are taken apart in one article, for the same reason: far more than what a story full of events has."""

_ROUNDS = "peace-talks"
"""The family whose next event an article plans without naming anybody again."""
_NEXT = ("scheduled", "called-off")
"""What it says of it then."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What detection found in an article: candidates judged and merged, everyone and every place named, and what the
    judge asked of the article.
    """

    candidates: list[Candidate]
    mentions: tuple[Mention, ...]
    story: Story


class Detector:
    """Finds the events of articles with what `knowledge` knows."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def detect(self, article: Article, sentences: tuple[Sentence, ...], language: Language) -> Detected:
        """The candidates of `article`, best evidence first told, and its mentions."""
        most = READ // language.grammar.word_length**2
        if len(article.text) > most or len(article.title) > most:
            sentences = tuple([one for one in sentences if one.end <= most])
        reader = _Reader(article, language, self._knowledge)
        reader.read(sentences)
        told = merge.merge(reader.found)
        story = Story(len(sentences), reader.quiet, reader.telling, reader.named)
        self._knowledge.judge.judge(told, story)
        return Detected(told, tuple(reader.mentions), story)


class _Reader:
    """One article on its way through detection: what it has said so far is what later words point back to."""

    def __init__(self, article: Article, language: Language, knowledge: Knowledge) -> None:
        self.article, self.language, self.knowledge = article, language, knowledge
        self.written = {"title": article.title, "text": article.text}
        self.lowered = {name: lower(text) for name, text in self.written.items()}
        self.folded = {name: language.grammar.letters(text) for name, text in self.lowered.items()}
        self.day = article.published.date().isoformat()
        self.soon = (article.published + SOON).date().isoformat()
        self.memory = Memory()
        self.previous: Time | None = None
        self.found: list[Candidate] = []
        self.mentions: list[Mention] = []
        self.quiet = 0
        self.telling = 0
        self.named: dict[str, int] = {}
        self.in_text = False
        self.triggers = 0

    def read(self, sentences: tuple[Sentence, ...]) -> None:
        """Takes in the article, sentence by sentence."""
        tokens = self.language.tokens
        parts = [tokens.parts(self.folded[one.field], one.start, one.end) for one in sentences]
        for number, content in enumerate(tokens.content(parts)):
            self._read(number, sentences[number], parts[number], content)

    def _count(self, names: list[Spot]) -> None:
        """Notes whom one more sentence names."""
        actors = {spot.actor.name.id for spot in names if spot.actor is not None}
        self.telling += bool(actors)
        for actor in sorted(actors):
            self.named[actor] = self.named.get(actor, 0) + 1

    def _read(self, number: int, sentence: Sentence, parts: list[str], content: list[Found]) -> None:
        """Takes in one sentence; only one with an event's trigger and somebody in it is taken apart."""
        language, field = self.language, sentence.field
        if field == "text" and not self.in_text:
            self.in_text = True
            self.memory.begin_text()
        kinds = 0
        for match in content:
            kinds |= match[3].kinds
        if kinds & WORDS:
            self.quiet += sum(match[3].quiet for match in content)
        if not kinds & NAMES and (
            not kinds & TRIGGERS or (not kinds & WORDS and not self._may_fill(content))
        ):
            return
        chunks = language.tokens.chunks(parts)
        spans = language.tokens.spans(chunks, self.folded[field], sentence.start, sentence.end)
        text = self.written[field]
        names = spots(content, spans, text, self.day, cased=language.grammar.cased)
        self.mentions.extend(mentions(names, spans, sentence))
        self._count(names)
        if not kinds & TRIGGERS or self.triggers >= MOST:
            self.memory.skim(names)
            return
        words = words_of(chunks)
        functions = language.tokens.functions(chunks, words)
        clause, marks = parse(words, spans, names, content, functions, text, language.grammar)
        names = add_towns(names, clause, marks, text, self.memory.seen, self.knowledge.towns)
        group(names, marks, clause, language.grammar)
        self.triggers += len(clause.triggers)
        filled = fill(clause, language.grammar)
        new = self._candidates(number, sentence, clause, filled)
        self.found.extend(new)
        self.previous = next((one.time for one in reversed(new) if one.time), self.previous)
        self.memory.note(clause, filled)

    def _may_fill(self, content: list[Found]) -> bool:
        """Whether a sentence that names nobody may tell an event of who was named before ("Police arrested …",
        "The talks will resume on Monday").
        """
        one, two = bool(self.memory.subject), bool(self.memory.pair)
        frames = (trigger.entry.frame for match in content for trigger in match[3].triggers)
        return any((one and "actor" in frame.fill) or (two and frame.family == _ROUNDS) for frame in frames)

    def _candidates(
        self, number: int, sentence: Sentence, clause: Clause, filled: list[Filled]
    ) -> list[Candidate]:
        found: list[tuple[Candidate, Filled]] = []
        used: list[tuple[int, int]] = []
        known = Known(self.article.published, self.previous, self.knowledge.texts[self.language.code].numbers)
        text, low = self.written[sentence.field], self.lowered[sentence.field]
        times = Times(text, low, sentence, self.language.dates, self.language.money, known)
        for trigger in filled:
            entry = trigger.hit.item.entry
            stage, operator = stage_of(entry, trigger.operation.names)
            if stage == "drop" or (not clause.groups and _of_rounds(entry.frame) and stage not in _NEXT):
                continue
            candidate = self._candidate(number, sentence, clause, trigger, stage, operator, times)
            found.append((candidate, trigger))
            if operator is not None:
                used.append((trigger.operation.start, trigger.operation.end))
        return _without_operators(found, used)

    def _candidate(
        self,
        number: int,
        sentence: Sentence,
        clause: Clause,
        trigger: Filled,
        stage: str,
        operator: str | None,
        times: Times,
    ) -> Candidate:
        entry, text = trigger.hit.item.entry, self.written[sentence.field]
        place = place_of(trigger, clause)
        who = cast(trigger, clause, self.memory, place, self.knowledge.actors, text)
        actors = who.actors()
        time, vague = times.of(trigger, clause, stage)
        if stage == "concluded" and self._ahead(time, trigger, clause, text):
            stage = entry.frame.on.get("future", stage)  # "Timor and Australia sign on 9 March": not yet
        attributes = times.attributes(entry.frame.family, clause)
        candidate = Candidate(
            entry=entry,
            stage=stage,
            actors=actors,
            place=place or _at(entry.frame.at, actors, self.knowledge),
            time=time or _undated(vague),
            background=is_background(time, vague, self.article.published, recalled=clause.past),
            evidence=evidence(
                trigger, clause, text, sentence, times.facts(time or vague, attributes, clause)
            ),
            sentence=number,
            operator=operator,
            anaphoric=_anaphoric(trigger, clause),
            attributes=attributes,
            why=why(trigger, clause, operator),
        )
        candidate.how = how(trigger, clause, who.shaky)
        candidate.asserted_by = _asserted_by(trigger, candidate)
        return candidate

    def _ahead(self, time: Time | None, trigger: Filled, clause: Clause, text: str) -> bool:
        """Whether the trigger's own stretch names a day of the next months."""
        if time is None or time.start is None or not self.day < time.start <= self.soon:
            return False
        left, right = clause.spans[trigger.left][0], clause.spans[trigger.right - 1][1]
        return time.text in text[left:right]


def _of_rounds(frame: Frame) -> bool:
    """Whether it is of talks, or a meeting that may be one."""
    return frame.family == _ROUNDS or frame.among is not None


def _at(role: str | None, actors: list[Actor], knowledge: Knowledge) -> Place | None:
    """The country of the one state in `role`, where the frame says that it happens there."""
    states = [actor.id for actor in actors if actor.role == role]
    info = knowledge.actors.get(states[0]) if len(states) == 1 else None
    return Place(None, info.id) if info is not None and info.kind == "state" else None


def _undated(vague: Time | None) -> Time | None:
    """A time that names no day keeps its words and precision, and gives no date."""
    return None if vague is None else Time(None, None, vague.precision, vague.text)


_OWN = ("mod", "between", "of", "by", "with", "against", "on", "to", "subj")
"""Slots by which an event noun says itself whose event it is."""


def _anaphoric(trigger: Filled, clause: Clause) -> bool:
    """Whether the event noun points back ("that meeting"), so that it tells no new event."""
    hit = trigger.hit
    if hit.item.voice != "noun":
        return False
    definite = [
        span
        for span in clause.definite
        if span[1] == hit.start or span[0] == hit.end or span[0] <= hit.start < span[1]
    ]
    if definite and not trigger.operation.names and not any(trigger.slots.get(slot) for slot in _OWN):
        return True
    return any(
        (abs(start - hit.end) <= 1 or abs(hit.start - end) <= 1)
        and not clause.any(COMPLEMENT | OPERATOR, start, end)
        and not clause.comma(min(end, hit.end), max(start, hit.start))
        for start, end in clause.anaphoric
    )


def _asserted_by(trigger: Filled, candidate: Candidate) -> str | None:
    """The one actor whose claim it is, when that actor does not take part."""
    source = trigger.source
    if source is None or len(source.mentions) != 1:
        return None
    named = source.mentions[0].actor
    if named is None or named.name.id in {
        actor.id for actor in candidate.actors if actor.role != "recipient"
    }:
        return None
    return named.name.id


def _without_operators(found: list[tuple[Candidate, Filled]], used: list[tuple[int, int]]) -> list[Candidate]:
    """A word that changed another event's stage ("rejected the truce") is no statement of its own."""
    kept: list[Candidate] = []
    for candidate, trigger in found:
        spoken = candidate.family == "statements" and any(
            start <= token < end for start, end in used for token in trigger.hit.tokens
        )
        if not spoken:
            kept.append(candidate)
    return kept

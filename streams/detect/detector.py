"""One article's events: sentence by sentence from tokens to candidates, then judged and merged.

The steps, each in a module of its own: `match` finds names and triggers, `clause` takes the sentence apart,
`roles` fills slots, `stage` reads operators, `actors` and `where_when` say who, where and when, `judge` gives
the confidence, `merge` makes one of what is told twice.
"""

from __future__ import annotations

from dataclasses import dataclass

from streams.article import Article, Mention, Sentence
from streams.detect import judge, merge
from streams.detect.actors import Memory, cast
from streams.detect.candidate import Candidate
from streams.detect.clause import Clause, Spot, parse, spots
from streams.detect.grammar import FunctionWord
from streams.detect.knowledge import Knowledge, Language
from streams.detect.lexicon import Trigger
from streams.detect.patterns import TOKEN, lower
from streams.detect.roles import Filled, fill
from streams.detect.stage import stage_of
from streams.detect.where_when import is_background, place_of, time_of
from streams.reading import Actor, Evidence, Place, Time

CONTEXT = 24
"""Code points of prefix and suffix that help to find a quote again."""


@dataclass(frozen=True, slots=True)
class Detected:
    """What detection found in an article: candidates judged and merged, and everyone and every place named."""

    candidates: list[Candidate]
    mentions: tuple[Mention, ...]


class Detector:
    """Finds the events of articles with what `knowledge` knows."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def detect(self, article: Article, sentences: tuple[Sentence, ...], language: Language) -> Detected:
        """The candidates of `article`, best evidence first told, and its mentions."""
        folded = {"title": language.grammar.fold(article.title), "text": language.grammar.fold(article.text)}
        written = {"title": article.title, "text": article.text}
        day = article.published.date().isoformat()
        memory = Memory()
        found: list[Candidate] = []
        mentions: list[Mention] = []
        quiet = 0
        previous: Time | None = None
        for number, sentence in enumerate(sentences):
            words = TOKEN.findall(folded[sentence.field], sentence.start, sentence.end)
            hits = language.content.scan(words)
            if not hits:
                continue
            spans = [match.span() for match in TOKEN.finditer(folded[sentence.field], sentence.start, sentence.end)]
            text = written[sentence.field]
            names = spots(hits, spans, text, language.grammar, day)
            mentions.extend(_mentions(names, spans, sentence))
            quiet += sum(type(hit.item) is FunctionWord for hit in hits)
            if not any(type(hit.item) is Trigger for hit in hits):
                memory.skim(names)
                continue
            hits += language.functions.scan(words)
            clause = parse(words, spans, names, hits, text, language.grammar)
            filled = fill(clause, language.grammar)
            new = self._candidates(article, language, sentence, number, clause, filled, memory, previous)
            found.extend(new)
            previous = next((one.time for one in reversed(new) if one.time), previous)
            memory.note(clause, filled)
        judge.weigh(found, quiet, len(sentences))
        return Detected(merge.merge(found), tuple(mentions))

    def _candidates(
        self,
        article: Article,
        language: Language,
        sentence: Sentence,
        number: int,
        clause: Clause,
        filled: list[Filled],
        memory: Memory,
        previous: Time | None,
    ) -> list[Candidate]:
        text = article.text if sentence.field == "text" else article.title
        expressions = language.dates.find(text, lower(text), sentence.start, sentence.end)
        found: list[Candidate] = []
        used: list[tuple[int, int]] = []
        for trigger in filled:
            entry = trigger.hit.item.entry
            if not _conditions(entry.id, language, clause):
                continue
            stage, operator = stage_of(entry, trigger.operation.names)
            if stage == "drop":
                continue
            place = place_of(trigger, clause)
            actors = cast(trigger, clause, memory, place, self._knowledge.actors, text)
            time, vague = time_of(trigger, clause, expressions, article.published, stage)
            if time is None and vague is None and any(expression.same_day for expression in expressions):
                time = previous
            candidate = Candidate(
                entry=entry,
                stage=stage,
                actors=actors.actors(),
                place=place or _at(entry.frame.at, actors.actors(), self._knowledge),
                time=time or _undated(vague),
                background=is_background(time, vague, article.published, recalled=clause.past),
                evidence=_evidence(trigger, clause, text, sentence),
                sentence=number,
                confidence=0.0,
                operator=operator,
                anaphoric=_anaphoric(trigger, clause),
                attributes=_attributes(language, text, sentence, entry.frame.family),
                why=_why(trigger, clause, operator),
            )
            candidate.asserted_by = _asserted_by(trigger, candidate)
            candidate.confidence = judge.first(candidate, trigger, actors.shaky)
            found.append(candidate)
            if operator is not None:
                used.append((trigger.operation.start, trigger.operation.end))
        return _without_operators(found, filled, used)


def _mentions(names: list[Spot], spans: list[tuple[int, int]], sentence: Sentence) -> list[Mention]:
    found: list[Mention] = []
    for spot in names:
        start, end = spans[spot.start][0], spans[spot.end - 1][1]
        actor = spot.actor
        if actor is not None:
            person = actor.name.person
            found.append(Mention("person" if person else "actor", person or actor.name.id, start, end, sentence.field))
        else:
            found.append(Mention("place", spot.meanings[0].name.id, start, end, sentence.field))
    return found


def _conditions(entry: str, language: Language, clause: Clause) -> bool:
    wanted = language.context.get(entry)
    if wanted is not None and wanted.isdisjoint(clause.conditions):
        return False
    excluded = language.unless.get(entry)
    return excluded is None or excluded.isdisjoint(clause.conditions)


def _at(role: str | None, actors: list[Actor], knowledge: Knowledge) -> Place | None:
    """The country of the one state in `role`, where the frame says that it happens there."""
    states = [actor.id for actor in actors if actor.role == role]
    info = knowledge.actors.get(states[0]) if len(states) == 1 else None
    return Place(None, info.id) if info is not None and info.kind == "state" else None


def _undated(vague: Time | None) -> Time | None:
    """A time that names no day keeps its words and precision, and gives no date."""
    return None if vague is None else Time(None, None, vague.precision, vague.text)


def _evidence(trigger: Filled, clause: Clause, text: str, sentence: Sentence) -> Evidence:
    first = min([trigger.hit.start, *(g.start for held in trigger.slots.values() for g in held if g.mentions)])
    last = max([trigger.hit.end, *(g.end for held in trigger.slots.values() for g in held if g.mentions)])
    start, end = clause.spans[first][0], clause.spans[last - 1][1]
    return Evidence(
        quote=text[start:end],
        start=start,
        end=end,
        field=sentence.field,
        prefix=text[max(0, start - CONTEXT) : start],
        suffix=text[end : end + CONTEXT],
    )


def _anaphoric(trigger: Filled, clause: Clause) -> bool:
    """Whether the event noun points back ("that meeting"), so that it tells no new event."""
    hit = trigger.hit
    if hit.item.voice != "noun":
        return False
    return any(abs(start - hit.end) <= 1 or abs(hit.start - end) <= 1 for start, end in clause.anaphoric)


def _attributes(language: Language, text: str, sentence: Sentence, family: str) -> dict[str, object]:
    if family not in ("peace-talks", "diplomacy", "defence-cooperation", "agreements"):
        return {}
    durations = language.dates.durations(text, sentence.start, sentence.end)
    if not durations:
        return {}
    longest = durations[0]
    return {"duration": {"min": longest.min, "unit": longest.unit}}


def _asserted_by(trigger: Filled, candidate: Candidate) -> str | None:
    """The one actor whose claim it is, when that actor does not take part."""
    source = trigger.source
    if source is None or len(source.mentions) != 1:
        return None
    named = source.mentions[0].actor
    if named is None or named.name.id in {actor.id for actor in candidate.actors if actor.role != "recipient"}:
        return None
    return named.name.id


def _why(trigger: Filled, clause: Clause, operator: str | None) -> tuple[str, ...]:
    """What fired, in words: the trigger, who stands in which slot, the operator."""
    said = [f"{trigger.hit.item.voice} «{' '.join(clause.words[trigger.hit.start : trigger.hit.end])}»"]
    for slot, groups in trigger.slots.items():
        for group in groups:
            said.append(f"{slot}: {' '.join(clause.words[group.start : group.end])}")
    if operator is not None:
        words = " ".join(clause.words[trigger.operation.start : max(trigger.operation.end, trigger.operation.start + 1)])
        said.append(f"{operator}: {words}")
    return tuple(said)


def _without_operators(found: list[Candidate], filled: list[Filled], used: list[tuple[int, int]]) -> list[Candidate]:
    """A word that changed another event's stage ("rejected the truce") is no statement of its own."""
    if not used:
        return found
    by_rule = {trigger.hit.item.entry.rule: trigger for trigger in filled}
    kept: list[Candidate] = []
    for candidate in found:
        trigger = by_rule[candidate.entry.rule]
        spoken = candidate.family == "statements" and any(
            start <= token < end for start, end in used for token in trigger.hit.tokens
        )
        if not spoken:
            kept.append(candidate)
    return kept

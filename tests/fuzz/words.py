"""What the generators write with: the words of our knowledge, so that hostile texts reach every rule."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from streams.detect.knowledge import Language
from streams.detect.patterns import GAP, expand, members
from streams.enrich.actors import names
from streams.enrich.tables import TextTable
from streams.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language as the generators see it: sentences that mean something, and pieces that rules look for.

    `patterns` are those of the lexicon as they are written; `marks` open what cleaning and splitting look at.
    """

    code: str
    sentences: tuple[str, ...]
    patterns: tuple[str, ...]
    names: tuple[str, ...]
    functions: tuple[str, ...]
    marks: tuple[str, ...]
    joint: str
    language: Language


@cache
def pipeline() -> Pipeline:
    """Our knowledge, loaded once for the process."""
    return Pipeline.load()


_chosen: list[str] = []


def choose(*languages: str) -> None:
    """Write in these languages only: compiling all of them takes half a minute."""
    _chosen[:] = languages


def codes() -> tuple[str, ...]:
    """The languages that texts are written in: all that Parley reads, or those chosen."""
    return tuple(_chosen or sorted(pipeline().knowledge.languages))


@cache
def tongue(code: str) -> Tongue:
    """The material of one language."""
    knowledge = pipeline().knowledge
    language = knowledge.language(code)
    assert language is not None
    entries = language.entries.values()
    sentences = [one.text for entry in entries for one in entry.examples]
    sentences += [text for entry in entries for text in entry.counterexamples]
    patterns = [
        pattern
        for entry in entries
        for pattern in (*entry.verbs, *entry.passive, *entry.nouns, *entry.context, *entry.unless)
    ]
    return Tongue(
        code=code,
        sentences=tuple(sentences),
        patterns=tuple(dict.fromkeys(patterns)),
        names=tuple(dict.fromkeys(name.pattern for name in names(code))),
        functions=tuple(dict.fromkeys(pattern for pattern, _ in language.grammar.words)),
        marks=_marks(knowledge.texts[code]),
        joint=" " if language.grammar.word_length == 1 else "",
        language=language,
    )


def _marks(table: TextTable) -> tuple[str, ...]:
    rules, dates = table.clean, table.dates
    lines = (*rules.teasers, *rules.captions, *rules.sources, *rules.credits, *rules.starts, *rules.lines)
    days = [name for group in (*dates.weekdays, *dates.months) for name in group]
    short = [f"{word.capitalize()}." for word in sorted(table.sentences.abbreviations)]
    numbers = [*table.numbers, *dates.relative, *dates.last, *dates.ago, *dates.ahead]
    return tuple([f"{line}: " for line in lines] + short + days + numbers) or (": ",)


def rows(of: Tongue, pattern: str, most: int = 100) -> list[tuple[str, ...]]:
    """Rows of words that `pattern` stands for; an empty word is a gap."""
    grammar = of.language.grammar
    found = []
    for keys in expand(pattern, grammar.fold)[:most]:
        words = ["" if key == GAP else members(key)[0] for key in keys]
        found.append(tuple([_written(word, grammar.inflection.forms) for word in words]))
    return found


def _written(word: str, forms: Callable[[str], tuple[str, ...]]) -> str:
    if len(word) > 1 and word.endswith("~"):
        return forms(word[:-1])[0]
    return word.rstrip("*") if len(word) > 1 else word


@dataclass(frozen=True, slots=True)
class Pool:
    """Rows of words ready to be taken: expanding a pattern for each input would take longer than reading it."""

    phrases: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    fillers: tuple[str, ...]


_pools: dict[str, Pool] = {}


def fill_pools(seed: int, most: int = 1500) -> None:
    """Chooses what the generators write with, by chance: another seed reaches other rules."""
    for code in codes():
        dice = random.Random(f"{seed} {code}")
        of = tongue(code)
        _pools[code] = Pool(
            phrases=tuple([dice.choice(rows(of, one)) for one in _some(dice, of.patterns, most)]) or ((),),
            names=tuple([_name(of, dice.choice(rows(of, one))) for one in _some(dice, of.names, most)])
            or ("",),
            fillers=tuple([of.joint.join(rows(of, one)[0]) for one in _some(dice, of.functions, most)])
            or ("",),
        )


def pool(of: Tongue) -> Pool:
    """The language's pool; with seed 0 when nobody has filled the pools."""
    if not _pools:
        fill_pools(0, 200)
    return _pools[of.code]


def _some(dice: random.Random, patterns: tuple[str, ...], most: int) -> list[str]:
    return dice.sample(patterns, min(most, len(patterns)))


def _name(of: Tongue, words: tuple[str, ...]) -> str:
    return of.joint.join(word[:1].upper() + word[1:] for word in words)


def phrase(dice: random.Random, of: Tongue) -> list[str]:
    """The words of one of the lexicon's patterns, a function word or two in each gap."""
    filled: list[str] = []
    for word in dice.choice(pool(of).phrases):
        filled += [word] if word else [filler(dice, of) for _ in range(dice.randint(0, 3))]
    return filled


def filler(dice: random.Random, of: Tongue) -> str:
    """A word that builds clauses."""
    return dice.choice(pool(of).fillers)


def name(dice: random.Random, of: Tongue) -> str:
    """What somebody or some place is called, written with a capital."""
    return dice.choice(pool(of).names)

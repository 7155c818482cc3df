"""All that Parley knows, loaded and checked: frames, and for each language grammar, lexicon and names.

`Knowledge.load` reads our folder with a user's folders laid over it. A language is compiled into one
automaton when its first article comes, or at once by `Knowledge.warm`.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from streams.detect import judge
from streams.detect.files import digest_of, lexicon_tables
from streams.detect.frames import FILE, Frame, load_frames
from streams.detect.grammar import FunctionWord, Grammar, load_grammar
from streams.detect.lexicon import Entry, Trigger, load_lexicon
from streams.detect.match import Automaton
from streams.detect.names import Named
from streams.detect.patterns import expand
from streams.detect.senses import CONTENT, Condition, Item, Sense, sense
from streams.detect.tokens import Tokens
from streams.enrich import tables
from streams.enrich.actors import Actors, names
from streams.enrich.dates import Dates
from streams.enrich.money import Money
from streams.enrich.naming import KNOWLEDGE, Name, table
from streams.enrich.places import PlaceInfo, Places, place_names
from streams.enrich.processes import Processes
from streams.enrich.publishers import Publishers
from streams.enrich.towns import Towns
from streams.errors import KnowledgeError

SHORT_DAY = 3
"""Letters of a weekday or month that may be another word ("mar", "sun")."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language, compiled: everything detection needs. `tokens` cuts sentences and finds names, anaphors,
    triggers and quiet words in them; the words that build clauses only where a trigger stands.
    """

    code: str
    grammar: Grammar
    entries: dict[str, Entry]
    tokens: Tokens
    dates: Dates
    money: Money


class Knowledge:
    """Frames, actors, places, towns and processes, and the languages that have a grammar and a lexicon."""

    def __init__(
        self, overlays: tuple[Path, ...], frames: dict[str, Frame], codes: frozenset[str], digest: str
    ) -> None:
        self.overlays = overlays
        self.frames = frames
        self.languages = codes
        self.digest = digest
        self.actors = Actors.load(overlays)
        self.places = Places.load(overlays)
        self.towns = Towns.load()
        self.processes = Processes.load(overlays)
        self.publishers = Publishers.load(overlays)
        self.texts = tables.load(overlays)
        self.judge = judge.load(table(judge.FILE, overlays), judge.FILE)
        self.codes = table("codes.toml", overlays)
        self._compiled: dict[str, Language] = {}

    @classmethod
    def load(cls, overlays: Iterable[Path] = ()) -> Knowledge:
        """Our knowledge with `overlays` over it, in order. Raises `KnowledgeError` with file and entry."""
        folders = tuple(Path(folder) for folder in overlays)
        for folder in folders:
            if not folder.is_dir():
                raise KnowledgeError(f"{folder}: no such folder; correct knowledge_dirs")
        with _told(folders, "knowledge"):
            return cls._loaded(folders)

    @classmethod
    def _loaded(cls, folders: tuple[Path, ...]) -> Knowledge:
        codes = [
            {path.parent.name for base in (KNOWLEDGE, *folders) for path in base.glob(f"*/{file}")}
            for file in ("grammar.toml", "lexicon.toml", "names.toml", "text.toml")
        ]
        frames = load_frames(table(FILE, folders), FILE)
        return cls(folders, frames, frozenset(set.intersection(*codes)), digest_of(folders))

    def language(self, code: str) -> Language | None:
        """The compiled language, or None when Parley does not know it."""
        if code not in self.languages:
            return None
        found = self._compiled.get(code)
        if found is None:
            with _kept(), _told(self.overlays, code):
                found = self._compiled[code] = self._compile(code)
        return found

    def warm(self, codes: Iterable[str] = ()) -> None:
        """Compiles languages now (all by default), so that no article waits for it."""
        for code in codes or sorted(self.languages):
            self.language(code)

    def _compile(self, code: str) -> Language:
        grammar = load_grammar(table(f"{code}/grammar.toml", self.overlays), f"{code}/grammar.toml")
        tables, lists = lexicon_tables(code, self.overlays)
        entries = load_lexicon(tables, lists, code, self.frames)
        content, functions = (
            Automaton[Item, Sense](grammar.inflection, grammar.prefixes, grammar.suffixes, grammar.gap, sense)
            for _ in range(2)
        )
        for pattern, function in grammar.words:
            automaton = content if function.part in CONTENT else functions
            _add(automaton, grammar, pattern, function, f"{code}/grammar.toml: {function.part}")
        dates = Dates(self.texts[code], code)
        for word in dates.names:
            if len(word) > SHORT_DAY:
                _add(functions, grammar, word, FunctionWord("day"), f"{code}/text.toml: dates")
        conditions: dict[str, str] = {}  # many entries share their lists of other meanings
        for entry in entries.values():
            where = f"{entry.where}: entry {entry.id}"
            _add_entry(entry, partial(_add, content, grammar))
            for pattern in (*entry.context, *entry.unless):
                conditions.setdefault(pattern, where)
        for pattern, where in conditions.items():
            _add(functions, grammar, pattern, Condition(pattern), where)
        self._add_names(code, partial(_add_named, content, grammar))
        for automaton in (content, functions):
            automaton.build()
        return Language(
            code=code,
            grammar=grammar,
            entries=entries,
            tokens=Tokens(grammar, content, functions),
            dates=dates,
            money=Money(self.texts[code], code),
        )

    def _add_names(self, code: str, add: Callable[[str, Any, str], None]) -> None:
        where = f"{code}/names.toml"
        for name in names(code, overlays=self.overlays):
            add(name.pattern, Named(name, self._place_of(name)), f"{where}: {name.id}")
        for name in place_names(code, overlays=self.overlays):
            add(name.pattern, Named(name, self.places.get(name.id)), f"{where}: {name.id}")

    def _place_of(self, name: Name) -> PlaceInfo | None:
        """Where a state or a capital is when it stands behind a locative."""
        if name.kind == "state":
            return PlaceInfo(name="", country=name.id)
        if name.kind == "capital":
            info, spelled = self.actors.get(name.id), self.places.get(name.pattern)
            if spelled is not None and spelled.country == name.id:
                return spelled  # a seat of power that is not the capital: Dar es Salaam, Tel Aviv
            if info is not None and info.capital:
                return self.places.get(info.capital) or PlaceInfo(name=info.capital, country=name.id)
        return None


def _add(automaton: Automaton[Item, Sense], grammar: Grammar, pattern: str, item: Item, where: str) -> None:
    try:
        for keys in expand(pattern, grammar.fold):
            automaton.add(keys, item)
    except ValueError as error:
        raise KnowledgeError(f"{where}: {error}") from error


def _add_named(
    automaton: Automaton[Item, Sense], grammar: Grammar, pattern: str, named: Named, where: str
) -> None:
    """Adds a name; a form that carries a particle says which."""
    if not grammar.clitics:
        _add(automaton, grammar, pattern, named, where)
        return
    try:
        forms = {(word, *keys[1:]) for keys in expand(pattern, grammar.fold) for word in keys[0].split("|")}
    except ValueError as error:
        raise KnowledgeError(f"{where}: {error}") from error
    for first, *rest in sorted(forms):
        clitic = grammar.clitic(first, lambda word, rest=rest: (word, *rest) in forms)  # type: ignore[misc]  # a default binds the loop's value
        automaton.add((first, *rest), replace(named, clitic=clitic))


@contextmanager
def _told(overlays: tuple[Path, ...], what: str) -> Iterator[None]:
    """Whatever a user's folder makes go wrong is an error of its files; what goes wrong with ours alone is a bug."""
    try:
        yield
    except KnowledgeError:
        raise
    except Exception as error:
        if not overlays:
            raise
        folders = ", ".join(map(str, overlays))
        raise KnowledgeError(f"{folders}: {what}: {type(error).__name__}: {error}") from error


@contextmanager
def _kept() -> Iterator[None]:
    """What is made inside stays for the process's life: Python's collector neither looks at it while it grows nor
    later, which saves a third of compiling and some of every article's reading.
    """
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if running:
            gc.enable()


def _add_entry(entry: Entry, add: Callable[[str, Any, str], None]) -> None:
    place = f"{entry.where}: entry {entry.id}"
    for trigger, patterns in (
        (Trigger(entry, "active"), entry.verbs),
        (Trigger(entry, "passive"), entry.passive),
        (Trigger(entry, "noun"), entry.nouns),
    ):
        for pattern in patterns:
            add(pattern, trigger, place)

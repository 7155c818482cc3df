"""What must hold of files that a user writes: knowledge laid over ours, and settings."""

from __future__ import annotations

import gc
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from streams.clean import Cleaner
from streams.detect.files import lexicon_tables
from streams.detect.frames import FILE, load_frames
from streams.detect.grammar import Grammar, load_grammar
from streams.detect.knowledge import Knowledge
from streams.detect.lexicon import load_lexicon
from streams.detect.match import Automaton
from streams.detect.patterns import MAX_EXPANSIONS, expand
from streams.enrich import actors, naming, shapes, tables
from streams.enrich.dates import Dates
from streams.enrich.naming import table
from streams.enrich.text import Sentences
from streams.errors import KnowledgeError, ParleyError, SettingsError
from streams.parse import parse
from streams.pipeline import Pipeline
from streams.settings import Settings
from tests.fuzz.reading import RECEIVED, holds
from tests.fuzz.records import seeds

CODE = "ia"
"""A language that only the user's folder has."""
TEXT = "Abc defg hij. Klm, 12 nop: Qrs (Tuv) - xyz."
MOST_KEYS = 40_000


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-")


def folder() -> Path:
    """A folder of this process, gone when it ends."""
    return Path(_temporary().name)


@cache
def _frames():
    return load_frames(table(FILE), FILE)


@cache
def _plain_grammar() -> Grammar:
    return load_grammar({"language": CODE}, "grammar.toml")


def rules(data: bytes) -> None:
    """A user's file is taken or refused with `KnowledgeError`, and a pattern stands for a bounded number of
    rows. The first line names the file, below the language's folder unless it begins with a slash.
    """
    head, _, body = data.partition(b"\n")
    name = head.decode("ascii", "ignore")
    check = CHECKS.get(name)
    if check is None:
        return
    base = folder()
    path = base / name.removeprefix("/") if name.startswith("/") else base / CODE / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    try:
        check(base)
    except KnowledgeError as error:
        _tells(error)
    finally:
        path.unlink()


def _tells(error: ParleyError) -> None:
    assert str(error).strip(), "an error that says nothing"


def _lexicon(base: Path) -> None:
    found, lists = lexicon_tables(CODE, (base,))
    grammar = _plain_grammar()
    automaton: Automaton = Automaton()
    keys = 0
    for entry in load_lexicon(found, lists, CODE, _frames()).values():
        for pattern in (*entry.verbs, *entry.passive, *entry.nouns, *entry.context, *entry.unless):
            keys += _added(automaton, pattern, grammar)
            if keys > MOST_KEYS:
                return
    _found(automaton, TEXT.lower().split())


def _added(automaton: Automaton, pattern: str, grammar: Grammar) -> int:
    try:
        rows = expand(pattern, grammar.fold)
    except ValueError as error:
        raise KnowledgeError(str(error)) from error
    assert len(rows) <= MAX_EXPANSIONS
    for row in rows:
        automaton.add(row, pattern)
    return len(rows)


def _found(automaton: Automaton, words: list[str]) -> None:
    """Looks for everything in a sentence: patterns that match too much are refused when they are compiled."""
    try:
        automaton.build()
    except ValueError as error:
        raise KnowledgeError(str(error)) from error
    automaton.scan(words)


def _grammar(base: Path) -> None:
    data = table(f"{CODE}/grammar.toml", (base,))
    grammar = load_grammar(data, "grammar.toml")
    automaton: Automaton = Automaton(grammar.inflection, grammar.prefixes, grammar.suffixes, grammar.gap)
    for pattern, _ in grammar.words:
        _added(automaton, pattern, grammar)
    words = grammar.cut(grammar.fold(TEXT), 0, len(TEXT))
    _found(automaton, words)
    for word in words:
        grammar.clitic(word, lambda _: True)


def _text(base: Path) -> None:
    one = tables._convert(shapes.read(base / CODE / "text.toml"), base)
    Dates(one, CODE).find(TEXT, TEXT.lower(), 0, len(TEXT))
    Sentences({CODE: one}).split("", TEXT, CODE)
    Cleaner({CODE: one}).text(TEXT)


def _names(base: Path) -> None:
    actors._names.cache_clear()
    grammar = _plain_grammar()
    automaton: Automaton = Automaton()
    for name in actors.names(CODE, overlays=(base,)):
        if name.pattern not in _shipped():
            _added(automaton, name.pattern, grammar)


@cache
def _shipped() -> frozenset[str]:
    return frozenset(name.pattern for name in actors.names("en"))


def _new_frames(base: Path) -> None:
    load_frames(table(FILE, (base,)), FILE)


CHECKS: dict[str, Callable[[Path], None]] = {
    "lexicon.toml": _lexicon,
    "grammar.toml": _grammar,
    "text.toml": _text,
    "names.toml": _names,
    "/frames.toml": _new_frames,
}
FILES = tuple(CHECKS)


@cache
def samples() -> dict[str, tuple[bytes, ...]]:
    """Our own small files of each kind, as what a user may begin with."""
    found: dict[str, tuple[bytes, ...]] = {}
    for name in FILES:
        paths = naming.KNOWLEDGE.glob(name[1:] if name.startswith("/") else f"*/{name}")
        small = sorted(paths, key=lambda path: path.stat().st_size)
        found[name] = tuple(path.read_bytes()[:6000] for path in small)
    return found


@cache
def language() -> dict[str, bytes]:
    """The four files of the language that the guide in CONTRIBUTING.md adds: a folder that is right."""
    guide = Path("CONTRIBUTING.md").read_text(encoding="utf-8")
    return {
        name: body.encode()
        for name, body in re.findall(rf"```toml\n# mine/{CODE}/(\S+)\n(.*?)```", guide, re.DOTALL)
    }


def folders(data: bytes) -> None:
    """A whole folder with one file changed is taken or refused; what is taken reads articles in its language."""
    head, _, body = data.partition(b"\n")
    name = head.decode("ascii", "ignore")
    if name not in CHECKS:
        return
    base = Path(tempfile.mkdtemp(prefix="fuzz-", dir=folder()))  # knowledge is kept by its folder's name
    (base / CODE).mkdir()
    for file, right in {**language(), name: body}.items():
        (base / file[1:] if file.startswith("/") else base / CODE / file).write_bytes(right)
    try:
        pipeline = Pipeline(Knowledge.load((base,)))
        for raw in seeds()[:4]:
            article = parse(raw, key=None, received=RECEIVED, cleaner=pipeline.cleaner)
            holds(pipeline.read_article(replace(article, language=CODE)))
    except KnowledgeError as error:
        _tells(error)
    finally:
        shutil.rmtree(base)
        # Knowledge is made for the life of its process; here each folder's is gone after its turn.
        gc.unfreeze()
        gc.collect()
        gc.freeze()


def settings(data: bytes) -> None:
    """Settings are valid or refused with `SettingsError`: TOML, then environment variables behind a zero each."""
    body, *pairs = data.split(b"\x00")
    path = folder() / "parley.toml"
    path.write_bytes(body)
    variables = (pair.decode("utf-8", "surrogateescape").partition("=") for pair in pairs)
    try:
        found = Settings.load(path, {name: value for name, _, value in variables})
    except SettingsError as error:
        _tells(error)
        return
    assert found.group("read")
    assert found.servers
    assert found.ready_languages is not None
    assert found.embedded("localhost:1").delivery == "at-least-once"

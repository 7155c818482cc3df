"""A language's constructions and function words (`knowledge/<language>/grammar.toml`)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from streams.detect.frames import OPERATORS, SLOTS
from streams.detect.patterns import MAX_GAP, SPACED_TOKEN, TOKEN, Inflection, lower
from streams.errors import KnowledgeError

Part = Literal[
    "before",  # a marker in front of a noun phrase; its value is the slot
    "after",  # a marker behind a noun phrase (case suffix, postposition); its value is the slot
    "operator",  # changes the stage of a trigger in its clause; its value is the operator
    "relative",  # opens a clause about the noun phrase before it
    "subordinate",  # opens a clause of its own
    "complement",  # opens what somebody says or thinks
    "conjunction",  # joins noun phrases, or clauses with the same subject
    "opener",  # opens a noun phrase of its own: a marker before another noun governs nothing behind it
    "finite",  # a finite verb that tells nothing by itself: no marker reaches over it
    "day",  # a weekday or month, from text.toml: no marker reaches over it
    "phrase",  # stands inside a noun phrase between its marker and its name: articles, titles, adjectives
    "speech",  # says who says so
    "passive",  # makes the following participle passive
    "anaphor",  # stands for actors named before; its value: both, they, it
    "past",  # the clause recalls something
    "anaphoric",  # stands at an event noun that was told before ("that meeting"); value "definite": may do so
    "purpose",  # says what for: the following verb has the subject of the one before, and is as far as that
    "currency",  # money: the country beside it takes no part
    "count",  # what a number counts (killed, wounded, …); its value is the attribute
    "quiet",  # a word of sport, culture, weather, crime: events are seldom meant
]
PARTS: tuple[str, ...] = get_args(Part)


UNSPACED_WORD = 2
"""Letters of a usual word in Chinese and Japanese."""


@dataclass(frozen=True, slots=True)
class FunctionWord:
    """What a function word does: its part and, for some parts, a value."""

    part: Part
    value: str = ""


@dataclass(frozen=True, slots=True)
class Grammar:
    """One language's grammar. `words` are (pattern, function) pairs in the pattern language; `token` cuts
    texts into tokens, letter by letter where the language is not `spaced`, where a word has `word_length` of them.
    """

    language: str
    order: Literal["svo", "sov", "vso", "v2"]
    modifier: Literal["before", "after", "both"]
    bare_agent: bool
    within: bool
    attributive: frozenset[str]
    converbs: tuple[str, ...]
    token: re.Pattern[str]
    cased: bool
    letters: Callable[[str], str]
    inflection: Inflection
    gap: int
    word_length: int
    prefixes: tuple[str, ...]
    suffixes: tuple[str, ...]
    progressive: tuple[str, ...]
    participles: tuple[str, ...]
    tenses: tuple[tuple[str, tuple[str, ...]], ...]
    cases: tuple[tuple[str, tuple[str, ...]], ...]
    clitics: tuple[tuple[str, str, str], ...]
    silent: dict[int, None]
    words: tuple[tuple[str, FunctionWord], ...] = field(repr=False)

    def fold(self, text: str) -> str:
        """`text` as it is compared: lower case, equal letters made one, the same length."""
        return self.letters(lower(text))

    def cut(self, folded: str, start: int, end: int) -> list[str]:
        """The tokens of `folded[start:end]` without the signs that this language may write or leave out."""
        words: list[str] = self.token.findall(folded, start, end)
        return [word.translate(self.silent) or word for word in words] if self.silent else words

    def clitic(self, word: str, stands: Callable[[str], bool]) -> str:
        """The slot of the particle written on a name's first word ("to", "on", "and"), "" for none. `stands`
        says whether the name may begin with a word as well, so that no letter of its own is taken for one.
        """
        for slot, particle, instead in self.clitics:
            rest = instead + word[len(particle) :]
            if word.startswith(particle) and stands(rest):
                return (self.clitic(rest, stands) if slot == "and" else "") or slot
        return ""


def load_grammar(data: dict[str, Any], where: str) -> Grammar:
    """The grammar of a parsed `grammar.toml`. Raises `KnowledgeError` that names the file and the key."""
    try:
        letters = folder(data.get("fold", {}))
        inflection = data.get("inflection", {})
        endings = sorted(inflection.get("endings", []), key=lambda rule: len(rule[0]), reverse=True)
        return Grammar(
            language=data["language"],
            order=_one_of(data.get("order", "svo"), ("svo", "sov", "vso", "v2")),
            modifier=_one_of(data.get("modifier", "before"), ("before", "after", "both")),
            bare_agent=bool(data.get("bare_agent", False)),
            within=bool(data.get("within", False)),
            attributive=frozenset(data.get("attributive", ())),
            converbs=tuple(data.get("converbs", ())),
            token=_token(data),
            cased=bool(data.get("cased", True)),
            letters=letters,
            inflection=Inflection(
                irregular={word: tuple(forms) for word, forms in inflection.get("irregular", {}).items()},
                endings=tuple((ending, tuple(forms)) for ending, forms in endings),
            ),
            gap=int(data.get("gap", MAX_GAP)),
            word_length=1 if data.get("spaced", True) else UNSPACED_WORD,
            prefixes=tuple(map(letters, data.get("prefixes", ()))),
            suffixes=tuple(map(letters, data.get("suffixes", ()))),
            progressive=tuple(data.get("progressive", ())),
            participles=tuple(data.get("participles", ())),
            tenses=tuple(_tenses(data.get("tense", {}))),
            cases=tuple(_cases(data.get("case", {}))),
            clitics=tuple(_clitics(data.get("clitic", {}), letters)),
            silent=dict.fromkeys(map(ord, data.get("silent", ""))),
            words=tuple(_function_words(data)),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise KnowledgeError(f"{where}: {error}") from error


def _token(data: dict[str, Any]) -> re.Pattern[str]:
    """What a token is: signs that may be left out ("silent", as Arabic vowels) stand inside words."""
    if not data.get("spaced", True):
        return TOKEN
    if not data.get("silent"):
        return SPACED_TOKEN
    return re.compile(rf"(?:[^\W_]|[{re.escape(data['silent'])}])+|[^\w\s]|_")


def _clitics(table: dict[str, list[str]], letters: Callable[[str], str]) -> list[tuple[str, str, str]]:
    """Particles written on names, longest first: (slot or "and", particle, what it stands instead of)."""
    found: list[tuple[str, str, str]] = []
    for slot, particles in table.items():
        if slot != "and":
            _check_value("before", slot)
        for particle in particles:
            written, _, instead = letters(particle).partition("=")
            found.append((slot, written, instead))
    return sorted(found, key=lambda clitic: -len(clitic[1]))


def folder(table: dict[str, str]) -> Callable[[str], str]:
    """The language's own equal letters, length-preserving, for lower-case texts and patterns alike."""
    if any(len(letter) != 1 or len(base) != 1 or base in table for letter, base in table.items()):
        raise ValueError("fold: each letter folds to exactly one letter, which folds to no other")
    if not table:
        return str
    # A text has few of the letters, so that looking for them first is faster than to translate each letter.
    present = re.compile(f"[{re.escape(''.join(table))}]").findall

    def folded(text: str) -> str:
        for letter in sorted(set(present(text))):
            text = text.replace(letter, table[letter])
        return text

    return folded


def _function_words(data: dict[str, Any]) -> list[tuple[str, FunctionWord]]:
    words: list[tuple[str, FunctionWord]] = []
    for part in PARTS:
        table = data.get(part, [])
        if isinstance(table, list):
            words += [(pattern, FunctionWord(part)) for pattern in table]  # type: ignore[arg-type]  # PARTS are Part's
            continue
        for value, patterns in table.items():
            _check_value(part, value)
            words += [(pattern, FunctionWord(part, value)) for pattern in patterns]  # type: ignore[arg-type]  # as above
    return words


def _tenses(table: dict[str, list[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """What verb endings say by themselves: (operator, endings) pairs ("atacará" will, "atacaría" would)."""
    for operator in table:
        _check_value("operator", operator)
    return [(operator, tuple(endings)) for operator, endings in table.items()]


def _cases(table: dict[str, list[str]]) -> list[tuple[str, tuple[str, ...]]]:
    """What the ending of a name without a preposition says: (slot, endings) pairs (an accusative is acted on)."""
    for slot in table:
        _check_value("after", slot)
    return [(slot, tuple(endings)) for slot, endings in table.items()]


def _check_value(part: str, value: str) -> None:
    allowed: frozenset[str] | None = None
    if part in ("before", "after"):
        allowed = SLOTS
    elif part == "operator":
        allowed = frozenset(OPERATORS)
    elif part == "anaphor":
        allowed = frozenset({"both", "they", "it"})
    if allowed is not None and value not in allowed:
        raise ValueError(f"[{part}] {value!r} is none of {sorted(allowed)}")


def _one_of(value: Any, allowed: tuple[str, ...]) -> Any:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
    return value

"""Pairs as they come in: a sentence, who acts and whom it concerns, and, where labelled, what happens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

FIELDS = ("sentence", "source", "target")


class PairError(ValueError):
    """A line that is no pair: says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is to be coded: what `source` does to `target` by this sentence."""

    sentence: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Coded:
    """What happens: a PLOVER root and its quad class."""

    event: str
    quad: int


def pair_of(line: bytes) -> Pair:
    """The pair on a line of JSON. Raises `PairError` for a line that holds none."""
    try:
        value: Any = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise PairError(f"no JSON: {error}") from error
    if not isinstance(value, dict):
        raise PairError("no JSON object with sentence, source and target")
    sentence, source, target = (_text(value, name) for name in FIELDS)
    return Pair(sentence, source, target)


def _text(value: dict[str, Any], name: str) -> str:
    text = value.get(name)
    if not isinstance(text, str):
        raise PairError(f"the field {name!r} is {'no text' if name in value else 'missing'}")
    if name == "sentence" and not text.strip():
        raise PairError("the field 'sentence' is empty")
    return text


def labelled(lines: Iterable[str]) -> Iterator[tuple[Pair, Coded]]:
    """The pairs of a table with their labels: tab-separated columns sentence, source, target, root, quad below a
    line that names them. Raises `PairError` for a line that is none, with its number.
    """
    for number, line in enumerate(lines, 1):
        cells = [_unquoted(cell) for cell in line.rstrip("\r\n").split("\t")]
        if number == 1 and cells[0] == FIELDS[0]:
            continue
        if len(cells) != len(FIELDS) + 2 or not cells[-1].isdigit():
            raise PairError(f"line {number}: not sentence, source, target, root and quad between tabs")
        yield Pair(*cells[:3]), Coded(cells[3], int(cells[4]))


def _unquoted(cell: str) -> str:
    if len(cell) > 1 and cell[0] == cell[-1] == '"':
        return cell[1:-1].replace('""', '"')
    return cell

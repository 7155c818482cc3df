"""The learned weights: of each feature for each root, packed so that adding numbers adds whole rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from streams.errors import KnowledgeError

SCALE = 1000
"""Weights are kept as whole numbers of thousandths."""

_BITS = 32
_MIDDLE = 1 << (_BITS - 1)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by feature. A row is one number with 32 bits for each root, the first root lowest."""

    roots: tuple[str, ...]
    rows: Mapping[str, int]
    zero: int

    def root(self, features: Iterable[str]) -> str:
        """The root with the highest sum of weights; of equals the first."""
        rows = self.rows
        total = self.zero + sum([rows[one] for one in set(features) if one in rows])
        cells = memoryview(total.to_bytes(len(self.roots) * _BITS // 8, "little")).cast("I").tolist()
        return self.roots[cells.index(max(cells))]


def model(roots: Sequence[str], weights: Mapping[str, Sequence[int]]) -> Model:
    """From whole numbers, as they are kept in a file."""
    rows = {
        one: sum(value << (_BITS * number) for number, value in enumerate(values))
        for one, values in weights.items()
    }
    return Model(tuple(roots), rows, sum(_MIDDLE << (_BITS * number) for number in range(len(roots))))


def rounded(weights: Mapping[str, Sequence[float]]) -> dict[str, list[int]]:
    """Learned weights as whole numbers of thousandths; features that weigh nothing are left out."""
    whole = {one: [round(value * SCALE) for value in values] for one, values in sorted(weights.items())}
    return {one: values for one, values in whole.items() if any(values)}


def dump(roots: Sequence[str], weights: Mapping[str, Sequence[int]]) -> bytes:
    """The bytes of a file of weights: one feature a line, in order, the same for the same weights."""
    lines = [f"  {_text(one)}: {_text(list(weights[one]))}" for one in sorted(weights)]
    head = f'{{"roots": {_text(list(roots))}, "scale": {SCALE}, "weights": {{\n'
    return (head + ",\n".join(lines) + "\n}}\n").encode()


def parse(data: bytes, roots: Sequence[str], name: str) -> Model:
    """The model in a file of weights. Raises `KnowledgeError` for one that is broken or knows other roots."""
    again = "learn it again with `python -m streams.coding.train`"
    try:
        table: dict[str, Any] = orjson.loads(data)
        if table["roots"] != list(roots) or table["scale"] != SCALE:
            raise KnowledgeError(f"{name}: made for other roots or another scale; {again}")
        return model(roots, table["weights"])
    except (orjson.JSONDecodeError, KeyError, TypeError) as error:
        raise KnowledgeError(f"{name}: no file of weights ({error}); {again}") from error


def _text(value: object) -> str:
    return orjson.dumps(value).decode()

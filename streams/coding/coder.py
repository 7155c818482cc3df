"""Codes pairs: knowledge and learned weights together."""

from __future__ import annotations

from dataclasses import dataclass

from streams.coding.features import features
from streams.coding.knowledge import KNOWLEDGE, Knowledge, load
from streams.coding.model import Model, parse
from streams.coding.pairs import Coded, Pair

WEIGHTS = "coding.json"
"""The learned weights, beside a language's `coding.toml`."""


@dataclass(frozen=True, slots=True)
class Coder:
    """Says of a pair which PLOVER root and quad class it is. Pure: the same pair is always coded alike."""

    knowledge: Knowledge
    model: Model

    @classmethod
    def load(cls, language: str = "en") -> Coder:
        """The coder of a language. Raises `KnowledgeError` for knowledge or weights that are wrong."""
        known = load(language)
        path = KNOWLEDGE / language / WEIGHTS
        return cls(known, parse(path.read_bytes(), known.roots, str(path)))

    def code(self, pair: Pair) -> Coded:
        """What the source does to the target."""
        root = self.model.root(features(pair, self.knowledge))
        return Coded(root, self.knowledge.quads[root])

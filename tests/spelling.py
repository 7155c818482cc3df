"""What a pattern of names stands for, one plain spelling after the other, for tests that look names up."""

from collections.abc import Callable, Iterator
from itertools import product

from streams.detect.patterns import expand, members


def spellings(pattern: str, fold: Callable[[str], str]) -> Iterator[tuple[str, ...]]:
    """The key sequences of `pattern` with every class written out."""
    for keys in expand(pattern, fold):
        yield from product(*map(members, keys))

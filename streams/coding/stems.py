"""Words by their stems, so that phrases written in base forms meet the forms of a text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

NAME = "<n>"
"""What stands for a word with a capital letter: names say little of what happens."""
NUMBER = "<#>"
"""What stands for any number."""

_SHORTEST = 3
_MEMORY = 50_000


@dataclass(frozen=True, slots=True)
class Stems:
    """The stems of one language: endings to take off, the longest first, and irregular forms by form."""

    endings: tuple[tuple[str, str], ...]
    keep: tuple[str, ...]
    double: str
    irregular: Mapping[str, str]
    _seen: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def of(self, token: str) -> str:
        """The stem of a token as it stands in a text, `NAME` or `NUMBER`."""
        found = self._seen.get(token)
        if found is None:
            found = self._classify(token)
            if len(self._seen) < _MEMORY:
                self._seen[token] = found
        return found

    def base(self, word: str) -> str:
        """The stem of a word in lower case."""
        if word in self.irregular:
            return self.irregular[word]
        for ending, put in self.endings:
            cut = len(word) - len(ending)
            if cut >= _SHORTEST and word.endswith(ending) and not word.endswith(self.keep):
                stem = word[:cut]
                if put:
                    return stem + put
                doubled = len(stem) > _SHORTEST and stem[-1] == stem[-2] and stem[-1] in self.double
                return stem[:-1] if doubled else stem.removesuffix("e")
        return word

    def _classify(self, token: str) -> str:
        first = token[0]
        if first.isdigit():
            return NUMBER
        if first.isupper():
            return NAME
        return self.base(token)


def stems(endings: Iterable[str], keep: Iterable[str], double: str, irregular: Mapping[str, str]) -> Stems:
    """From the table `stems` of a language: endings as `ies:y` or `ing`, irregular forms by base form."""
    pairs = [(one.partition(":")[0], one.partition(":")[2]) for one in endings]
    plain = Stems(tuple(sorted(pairs, key=lambda pair: -len(pair[0]))), tuple(keep), double, {})
    forms = {form: plain.base(base) for base, text in irregular.items() for form in (base, *text.split())}
    return Stems(plain.endings, plain.keep, double, forms)

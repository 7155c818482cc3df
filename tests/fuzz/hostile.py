"""Texts that nobody writes by accident: what is hostile to cutting, folding, matching and printing."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from tests.fuzz.words import Tongue, filler, name, phrase

SIGNS = (
    "\u202e", "\u202b", "\u2067", "\u2069", "\u200f", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\xad",
    "\u0301", "\u0316\u0301", "\u0345", "\u1ab0", "\u0f71\u0f72", "\u0307", "\u3099", "\u20dd",
    "\u0130", "\u0131", "\xdf", "\u1e9e", "\ufb03", "\u017f", "\u212a", "\u2126", "\u01c5", "\U0001d54f", "\U0001f1fa", "\U0001f468\u200d\U0001f469",
    "\x01", "\x07", "\x0b", "\x0c", "\x1b[31m", "\x1c", "\x7f", "\x85", "\x9f", "\u2028", "\u2029", "\ufffe", "\uffff", "\U0010fffe", "\U0010ffff", "\ue000",
    "\t", "\r", "\n", "\n\n", " ", "\xa0", "\u3000", "\u180e",
    ".", "...", "\u3002", "\uff01", "?", "!", ":", "\uff1a", ";", ",", "\u060c", "-", " - ", "\u2014", "/", "(", ")", "[", "]", "\uff08", "\uff09",
    '"', "'", "\u201c", "\u201d", "\u201e", "\u00ab", "\u00bb", "\u300c", "\u300d", "\u2019", "*", "~", "|", "\\", "_", "%", "{", "}", "&", "&amp;", "&#0;", "&#xD800;", "&#x110000;", "&#128;", "&nbsp;", "<", ">", "<p>", "</p>", "<br>",
    "0", "1", "12", "24/3", "31.02.", "2025", "29 ", "99", "1,5", "1.000.000", "10^", "\u0663", "\u06f2", "\u0967", "\uff12", "\u4e03", "\xb2", "\xbd", "\u2467", "1e400", "\u5341\u4e07",
)  # fmt: skip
"""Signs that are hard to cut, to fold, to count or to print."""

HOMOGLYPHS = str.maketrans(
    "aceopxyiABCEHKMOPTX",
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0391\u0412\u0421\u0395\u0397\u041a\u039c\u041e\u0420\u0422\u03a7",
)

Maker = Callable[[random.Random, Tongue], str]


def text(dice: random.Random, of: Tongue, most: int) -> str:
    """A text of about `most` characters at most: of one shape, or of some, with signs strewn in."""
    parts: list[str] = []
    length = 0
    while length < most:
        part = dice.choice(SHAPES)(dice, of)
        if dice.random() < 0.3:
            part = strew(dice, part)
        if dice.random() < 0.02:
            part *= dice.randint(1, 20)
        parts.append(part[: max(most - length, 1)])
        length += len(parts[-1]) + 1
        if dice.random() < 0.35:
            break
    return dice.choice((of.joint, " ", "\n", ". "))[:2].join(parts)


def strew(dice: random.Random, part: str) -> str:
    """Signs, homoglyphs, other cases and forms put into a text."""
    kind = dice.randrange(7)
    if kind == 0:
        return part.translate(HOMOGLYPHS)
    if kind == 1:
        return dice.choice((part.upper(), part.lower(), part.title(), part.swapcase()))
    if kind == 2:
        return unicodedata.normalize(dice.choice(("NFD", "NFKD", "NFKC")), part)
    if kind == 3:
        return dice.choice(SIGNS).join(part)[:4000]
    for _ in range(dice.randint(1, 6)):
        at = dice.randint(0, len(part))
        part = part[:at] + dice.choice(SIGNS) * dice.choice((1, 1, 1, 2, 40)) + part[at:]
    return part


def _sentence(dice: random.Random, of: Tongue) -> str:
    return dice.choice(of.sentences) if of.sentences else ""


def _event(dice: random.Random, of: Tongue) -> str:
    words = [name(dice, of), *phrase(dice, of), filler(dice, of), name(dice, of)]
    if dice.random() < 0.5:
        words.insert(dice.randint(0, len(words)), dice.choice(of.marks))
    if dice.random() < 0.2:
        dice.shuffle(words)
    return of.joint.join(words) + "."


def _repeated(dice: random.Random, of: Tongue) -> str:
    """A rule's own words again and again, or all but the last of them, or the last alone."""
    words = phrase(dice, of)
    cut = dice.choice((words, words[:-1], words[-1:], words[:1]))
    times = dice.choice((2, 5, 20, 60))
    return of.joint.join([name(dice, of), *(cut * times)])


def _alternating(dice: random.Random, of: Tongue) -> str:
    """A rule's first word and words of gaps, so that every gap is open."""
    first = phrase(dice, of)[:1]
    return of.joint.join(word for _ in range(dice.choice((3, 12, 40))) for word in (*first, filler(dice, of)))


def _crowd(dice: random.Random, of: Tongue) -> str:
    """Many names, joined by anything."""
    between = filler(dice, of) if dice.random() < 0.5 else dice.choice((",", "-", "/", "("))
    return (of.joint + between + of.joint).join(name(dice, of) for _ in range(dice.choice((2, 8, 50))))


def _signs(dice: random.Random, of: Tongue) -> str:
    return "".join(dice.choice(SIGNS) for _ in range(dice.choice((1, 4, 30))))


def _run(dice: random.Random, of: Tongue) -> str:
    """One sign very often."""
    return dice.choice((*SIGNS, "a", "A", "\u0627", "\u4e2d")) * dice.choice((10, 100, 1000))


def _cleaned(dice: random.Random, of: Tongue) -> str:
    """What cleaning looks for: markers, datelines, credits."""
    place = name(dice, of)
    marks = dice.choice(of.marks), dice.choice(of.marks)
    shape = dice.choice(
        ("{0} ({1}) - {2}", "{2}{0}\n{1}", "{1}, {2} ({0}) \u2013 {0}", "({0})\n{2}{1}", "{2}{2}{2}")
    )
    return shape.format(place, *marks)


def _dated(dice: random.Random, of: Tongue) -> str:
    """Numbers, months and words of time in any order."""
    number = dice.choice(("0", "1", "24", "31", "99", "2025", "31/2", "1.13.2024", "9" * 30, "\u0662\u0664"))
    words = [number, *(dice.choice(of.marks) for _ in range(dice.randint(1, 4)))]
    dice.shuffle(words)
    return of.joint.join(words)


def _any(dice: random.Random, of: Tongue) -> str:
    """Characters from anywhere in Unicode, surrogates apart."""
    tops = (0x80, 0x250, 0x700, 0x3000, 0x10000, 0x110000)
    letters = (dice.randrange(dice.choice(tops)) for _ in range(dice.choice((1, 8, 40))))
    return "".join(chr(one) for one in letters if not 0xD800 <= one < 0xE000)


SHAPES: tuple[Maker, ...] = (
    _sentence, _sentence, _event, _event, _repeated, _alternating, _crowd, _signs, _run, _cleaned, _dated, _any,
)  # fmt: skip

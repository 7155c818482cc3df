"""Bytes turned into other bytes: what a random fault, or a fuzzer with a corpus, makes of an input."""

from __future__ import annotations

import random

TOKENS = (
    b"{", b"}", b"[", b"]", b'"', b":", b",", b"null", b"true", b"-1", b"1e999", b"0", b"9" * 25, b'""', b"{}", b"[]",
    b"\\ud800", b"\\u0000", b"\\udfff\\ud800", b"\\n", b"\xef\xbb\xbf", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\x1f", b"\x7f",
    b"=", b"#", b"'''", b'"""', b"\n", b"[[entry]]", b"nan", b"inf", b"1979-05-27", b"[" * 300, b'{"a":' * 100, b"(" * 50, b"((a|b)" * 12, b"~", b"*", b" .. ", b"|",
    b"<", b">", b"</", b"<!--", b"<![CDATA[", b"&", b"&#", b"&#x", b";", b"<p>", b"<script>", b"<svg>", b"<table>", b"<a href=", b"<b>" * 50,
)  # fmt: skip


def mutated(dice: random.Random, data: bytes, other: bytes, most: int) -> bytes:
    """`data` after a few changes; `other` lends its pieces. At most `most` bytes."""
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 12))):
        _change(dice, out, other)
    return bytes(out[:most])


def _change(dice: random.Random, out: bytearray, other: bytes) -> None:
    at = dice.randint(0, len(out))
    kind = dice.randrange(8)
    if kind == 0 and out:
        out[at % len(out)] ^= 1 << dice.randrange(8)
    elif kind == 1:
        del out[at : at + dice.choice((1, 2, 8, 64))]
    elif kind == 2:
        piece = out[at : at + dice.choice((1, 8, 64))]
        out[at:at] = piece * dice.choice((1, 2, 30))
    elif kind in (3, 4):
        out[at:at] = dice.choice(TOKENS)
    elif kind == 5:
        start = dice.randint(0, len(other))
        out[at : at + dice.choice((0, 8, 64))] = other[start : start + dice.choice((4, 32, 256))]
    elif kind == 6:
        out[at : at + 4] = dice.randbytes(dice.randint(1, 6))
    else:
        del out[at:]

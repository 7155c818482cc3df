"""Inputs of each surface, made by chance from a seed: the same dice throw the same bytes."""

from __future__ import annotations

import copy
import dataclasses
import json
import random
from collections.abc import Callable
from typing import Any

import orjson

from streams.settings import Settings
from tests.fuzz import config, records
from tests.fuzz.hostile import SIGNS, strew, text
from tests.fuzz.mutate import mutated
from tests.fuzz.words import codes, tongue

LONG = 1500
"""One input in so many is long."""
LONGEST = 60_000
RECORD = Settings().max_message_bytes
"""Bytes of a record: no broker takes more."""
MOST = 520 * 1024

Dice = random.Random
Make = Callable[[Dice], bytes]


def _length(dice: Dice) -> int:
    if dice.randrange(LONG) == 0:
        return LONGEST
    return dice.choice((20, 60, 120, 200, 400))


def words(dice: Dice) -> tuple[str, str]:
    """A language and a text in it."""
    code = dice.choice(codes())
    return code, text(dice, tongue(code), _length(dice))


VALUES = (
    None, True, 0, -1, 1.5, 1e308, "", " ", "\x00", "x", [], {}, [[]], {"a": None}, "2025-03-25T10:00:00Z", "2025-13-45T99:99:99Z", "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:60-23:59", "2199-12-31T23:59:60Z", "1800-01-01T00:00:00+23:59", "2025-02-29T00:00:00Z", "withdrawn", "corrected", "en_US", "zh-Hant", "x-klingon", "\u202e", "https://e.example/\u0301",
)  # fmt: skip
FIELDS = (
    "id",
    "url",
    "source",
    "published",
    "updated",
    "language",
    "title",
    "text",
    "html",
    "section",
    "status",
    "x",
)


def article(dice: Dice) -> bytes:
    """JSON of an article: hostile text in the right fields, wrong values in some, and then the bytes changed."""
    if dice.random() < 0.15:
        return mutated(dice, dice.choice(records.seeds()), dice.choice(records.seeds()), MOST)
    code, body = words(dice)
    fields: dict[str, Any] = {
        "id": "a",
        "language": code,
        "text": body,
        "title": body[:60][:: dice.choice((1, -1))],
    }
    if dice.random() < 0.5:
        fields["published"] = "2026-03-11T09:00:00Z"
    if dice.random() < 0.2:
        fields["language"] = dice.choice(codes())
    for _ in range(dice.choice((0, 0, 0, 1, 3))):
        fields[dice.choice(FIELDS)] = dice.choice(VALUES)
    raw = json.dumps(fields, ensure_ascii=dice.random() < 0.5).encode("utf-8", "surrogatepass")
    if dice.random() < 0.1:
        raw = mutated(dice, raw, dice.choice(records.seeds()), MOST)
    return raw


PARTS = (
    "<p>", "</p>", "<div>", "</div>", "<b>", "</i>", "<br/>", "<!--", "-->", "<![CDATA[", "]]>", "<script>", "</script>", "<style>", "<svg>", "<math>", "<template>",
    "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>", "<select>", "<option>", "<textarea>", "<title>", "<noscript>", "<iframe>", "<frameset>", "<plaintext>", "<xmp>",
    "<a href='x'>", "<a ", '<a href="', "<img alt=x src=y>", "<body>", "<html>", "<head>", "<p id=a id=a>", "<article>", "<main>", "<aside>", "<!DOCTYPE html>", "<?xml?>", "</", "<", ">", "<\x0b", "<p/",
    "&lt;p&gt;", "&amp;amp;lt;", "&#x200b;", "&#xFFFFFFFF;", "&#55296;", "&NotEqualTilde;", "&bne;", "&", "&#", "&lt", "&copy", "&#13;", "&Tab;", "&NewLine;", "<!ENTITY a '&b;&b;'>",
)  # fmt: skip


def markup(dice: Dice) -> bytes:
    """A page or a fragment of HTML that no publisher meant, in either field, as JSON."""
    code, body = words(dice)
    pieces = [body[:200]]
    for _ in range(dice.choice((1, 4, 12))):
        part = dice.choice(PARTS)
        pieces.append(part * dice.choice((1, 1, 1, 3, 40)))
        if dice.random() < 0.5:
            pieces.append(
                dice.choice(
                    (body[:40], dice.choice(SIGNS), f"<x {'a' * dice.choice((1, 300))}='{body[:20]}'>")
                )
            )
    if dice.randrange(LONG) == 0:
        pieces = [dice.choice(PARTS) * 5000, body]
    raw = {"id": "h", "language": code, dice.choice(("html", "html", "text")): "".join(pieces)}
    return json.dumps(raw).encode()


def header(dice: Dice) -> bytes:
    """A key and pairs of names and values, cut by zeros."""
    names = (
        b"backfill",
        b"ce_seq",
        b"ce_subject",
        b"ce_kind",
        b"ce_stage",
        b"ce_significance",
        b"content-type",
        b"__streams.errors.code",
        b"",
        b"\xff\xfe",
        "\u202e".encode(),
    )
    values = (
        b"",
        b"1",
        records.NO_VALUE,
        b"\xff",
        b"9" * 5000,
        b"-1",
        "\u0663".encode(),
        b"new",
        b"confirmation",
        dice.randbytes(8),
    )
    fields = [dice.choice((b"", b"k", records.NO_VALUE, b"\xff\xff", dice.randbytes(4), dice.randbytes(8)))]
    for _ in range(dice.randrange(6)):
        fields += [dice.choice(names), dice.choice(values)]
    raw = b"\x00".join(fields)
    return raw if dice.random() < 0.8 else mutated(dice, raw, raw, 20_000)


def plain(dice: Dice) -> bytes:
    """A text file: perhaps a headline, a dateline, lines broken at a width."""
    _, body = words(dice)
    if dice.random() < 0.3:
        body = "\n".join(body[at : at + 60] for at in range(0, len(body), 60))
    if dice.random() < 0.4:
        body = body[:40] + dice.choice(("\n\n", "\n", "\r\n", " (AB) - ", ", 24/3 - ")) + body
    raw = strew(dice, body).encode("utf-8", "surrogatepass")
    return raw if dice.random() < 0.85 else mutated(dice, raw, raw, MOST)


def knowledge(dice: Dice) -> bytes:
    """A knowledge file of ours with changes, or one of values of the wrong kind under the right names."""
    name = dice.choice(config.FILES)
    own = config.samples()[name]
    if dice.random() < 0.5:
        body = mutated(dice, dice.choice(own)[: dice.choice((300, 1500, 6000))], dice.choice(own), 20_000)
    else:
        body = wrong(dice, dice.choice(own))
    return name.encode() + b"\n" + body


def right_folder(dice: Dice) -> bytes:
    """One file of a folder that is right, with some changes."""
    name = dice.choice(sorted(config.language()))
    body = config.language()[name]
    kind = dice.randrange(3)
    if kind == 0:
        return knowledge(dice)
    changed = wrong(dice, body) if kind == 1 else mutated(dice, body, body, 20_000)
    return name.encode() + b"\n" + changed


BODIES = (
    "1", "-1", "1.5", "nan", "inf", "true", '""', '"x"', "[]", "[1]", '[""]', '["x"]', "[[]]", "[{}]", "{}", "{a = 1}", '{a = "b"}', '{a = ["b"]}', "1979-05-27", "07:32:00", '"*"', '"~"', '".."', '"("', '"|"', '"a .. .. b"',
    '"' + "(a|b)" * 14 + '"', '"(' + "(a|b)" * 16 + ')"', '"' + "(" * 2000 + "a" + ")" * 2000 + '"', '"{a}{a}{a}{a}{a}{a}{a}{a}"', '"(?:a+)+$"', '"["', '"\\\\"', '"{num} {unit}"', '"(?P<place>x)"', '"\\u0130"', '"' + "a" * 3000 + '"',
)  # fmt: skip


def wrong(dice: Dice, sample: bytes) -> bytes:
    """Lines of a file with other values behind their names."""
    lines = sample.decode("utf-8", "ignore").splitlines()
    out = []
    for line in lines[: dice.choice((5, 20, 60))]:
        key, equals, _ = line.partition(" = ")
        out.append(f"{key} = {dice.choice(BODIES)}" if equals and dice.random() < 0.25 else line)
    if dice.random() < 0.3:
        out = [
            f"{key} = {dice.choice(BODIES)}"
            for key in dict.fromkeys(line.split(" ")[0].strip("[]") for line in out)
            if key.isalpha()
        ]
    return "\n".join(out).encode()


def reading(dice: Dice) -> bytes:
    """A reading with values of its own kind that are absurd, or of another kind."""
    value = orjson.loads(dice.choice(records.readings()))
    value["article"]["version"] = str(
        dice.random()
    )  # one that the tracker has taken in already changes nothing
    if dice.random() < 0.5:
        value["article"]["id"] = str(dice.random())
    for _ in range(dice.choice((0, 1, 1, 2, 5))):
        _spoil(dice, value)
    raw = json.dumps(value).encode("utf-8", "surrogatepass")[:RECORD]
    return raw if dice.random() < 0.9 else mutated(dice, raw, dice.choice(records.readings()), MOST)


ABSURD = (
    *VALUES, "nan", 2**63, -(2**63), 10**30, 1e-300, "0001-01-01", "9999-12-31", "9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+23:59", "2025-03-25", "2025-03-25T10:00:00", "y" * 9000, "\U0001f600" * 2000, ["x"] * 300, [1] * 40, [-1] * 64, [2**70] * 33, {"value": "x"}, {"value": 1e308}, {"min": []}, "party", "recipient", "concluded", "scheduled", "denied", "day", "peace-talks", "no-family", "../x", {"k" * 300: "v" * 5000},
)  # fmt: skip


def _spoil(dice: Dice, value: Any) -> None:
    """Puts an absurd value somewhere deep."""
    while isinstance(value, (dict, list)) and value:
        key = dice.choice(sorted(value)) if isinstance(value, dict) else dice.randrange(len(value))
        inner = value[key]
        if not isinstance(inner, (dict, list)) or not inner or dice.random() < 0.2:
            longer = isinstance(inner, list) and dice.random() < 0.5
            absurd = inner * dice.choice((2, 40)) if longer else dice.choice(ABSURD)
            value[key] = copy.deepcopy(absurd)
            return
        value = inner


NAMES = tuple(field.name for field in dataclasses.fields(Settings))


def setting(dice: Dice) -> bytes:
    """A settings file and variables of the environment."""
    lines = [f"{dice.choice(NAMES)} = {dice.choice(BODIES)}" for _ in range(dice.randrange(5))]
    if dice.random() < 0.3:
        topic, key = dice.choice(("articles", "x", '""')), dice.choice(("partitions", "y"))
        lines.append(f"[topics.{topic}]\n{key} = {dice.choice(BODIES)}")
    raw = "\n".join(lines).encode()
    if dice.random() < 0.2:
        raw = mutated(dice, raw, b"knowledge_dirs = ['x']\n", 20_000)
    pairs = [
        f"PARLEY_{dice.choice(NAMES).upper()}={dice.choice(BODIES)}".encode()
        for _ in range(dice.randrange(3))
    ]
    if dice.random() < 0.2:
        pairs.append(
            dice.choice(
                (
                    b"PARLEY_=1",
                    b"PARLEY_X=",
                    b"PARLEY_PARTITIONS=" + b"9" * 5000,
                    b"PARLEY_TOPICS=\xff",
                    b"PARLEY_SLICE_MS=nan",
                    b"=",
                    b"PARLEY_HEALTH_PORT=\xd9\xa3",
                )
            )
        )
    return b"\x00".join([raw, *pairs])

"""Hypothesis strategies for the surfaces: structured inputs that it makes small again when they fail."""

from __future__ import annotations

import copy

import orjson
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz import records
from tests.fuzz.config import FILES, samples
from tests.fuzz.engines import Tally, judge
from tests.fuzz.hostile import HOMOGLYPHS, SIGNS
from tests.fuzz.makers import ABSURD, BODIES, FIELDS, NAMES, PARTS, VALUES
from tests.fuzz.surfaces import Surface
from tests.fuzz.words import codes, pool, tongue


@st.composite
def texts(draw, most=12):
    """Texts of one language: its sentences, its rules' words, names, marks, hostile signs and any characters."""
    of = tongue(draw(st.sampled_from(codes())))
    own = pool(of)
    piece = st.one_of(
        st.sampled_from(of.sentences),
        st.sampled_from(own.phrases).map(of.joint.join),
        st.sampled_from(own.names),
        st.sampled_from(own.names).map(lambda one: one.translate(HOMOGLYPHS)),
        st.sampled_from(own.fillers),
        st.sampled_from(of.marks),
        st.sampled_from(SIGNS),
        st.tuples(st.sampled_from(SIGNS), st.integers(2, 300)).map(lambda run: run[0] * run[1]),
        st.text(max_size=20),
    )
    joint = draw(st.sampled_from((of.joint, " ", "\n", "")))
    return of.code, joint.join(draw(st.lists(piece, max_size=most)))


JSON = st.recursive(
    st.sampled_from(VALUES)
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def articles(draw):
    """Articles with hostile text and, in some fields, values of any kind; now and then a lone surrogate."""
    code, text = draw(texts())
    fields = {"id": "a", "language": code, "title": text[:40], "text": text}
    fields |= draw(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=2))
    raw = orjson.dumps(fields)
    escape = draw(st.sampled_from((b"", b"", b"", b"\\ud800", b"\\udc00x", b"\\ud83d\\ude00", b"\\u0000")))
    return raw.replace(b'"text":"', b'"text":"' + escape)


@st.composite
def pages(draw):
    """Articles whose text is HTML, more or less."""
    code, text = draw(texts(4))
    parts = draw(st.lists(st.sampled_from(PARTS) | st.just(text) | st.text(max_size=8), max_size=20))
    deep = draw(st.sampled_from((1, 1, 1, 30, 2500)))
    return orjson.dumps(
        {"language": code, draw(st.sampled_from(("html", "text"))): "".join(parts[:1] * deep + parts)}
    )


@st.composite
def headers(draw):
    """A key and pairs of header names and values, cut by zeros."""
    names = st.sampled_from((b"backfill", b"ce_seq", b"ce_subject", b"ce_kind", b"ce_stage")) | st.binary(
        max_size=6
    )
    values = st.sampled_from((records.NO_VALUE, b"1", b"", b"9" * 5000)) | st.binary(max_size=6)
    pairs = draw(st.lists(st.tuples(names, values), max_size=5))
    return b"\x00".join([draw(values), *(part for pair in pairs for part in pair)])


@st.composite
def files(draw):
    """Plain texts with line breaks of every kind."""
    _, text = draw(texts())
    head = draw(st.sampled_from(("", "\ufeff", "\n\n", "\r\n", text[:30] + "\n")))
    return (head + text).encode("utf-8", "surrogatepass")


@st.composite
def rules(draw):
    """Lines of a knowledge file with other values behind their names."""
    name = draw(st.sampled_from(FILES))
    lines = draw(st.sampled_from(samples()[name])).decode("utf-8", "ignore").splitlines()[:40]
    changed = draw(
        st.dictionaries(st.integers(0, max(len(lines) - 1, 0)), st.sampled_from(BODIES), max_size=3)
    )
    out = [
        f"{line.split(' = ')[0]} = {changed[at]}" if at in changed else line for at, line in enumerate(lines)
    ]
    return name.encode() + b"\n" + "\n".join(out).encode()


@st.composite
def readings(draw):
    """Readings of our articles with absurd values in some fields."""
    value = orjson.loads(draw(st.sampled_from(records.readings())))
    value["article"]["version"] = draw(st.text(max_size=4))
    for _ in range(draw(st.integers(1, 3))):
        at = value
        while isinstance(at, (dict, list)) and at:
            key = draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
            if not isinstance(at[key], (dict, list)) or draw(st.integers(0, 4)) == 0:
                absurd = st.sampled_from([one for one in ABSURD if one not in (10**30, [2**70] * 33)])
                at[key] = copy.deepcopy(draw(JSON | absurd))
                break
            at = at[key]
    return orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATETIME, default=str)


@st.composite
def choices(draw):
    """Settings with values of any kind, in a file and in the environment."""
    lines = draw(
        st.lists(
            st.tuples(st.sampled_from(NAMES), st.sampled_from(BODIES)),
            max_size=4,
            unique_by=lambda pair: pair[0],
        )
    )
    pairs = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(BODIES) | st.text(max_size=8)), max_size=3)
    )
    body = "\n".join(f"{name} = {value}" for name, value in lines)
    variables = [f"PARLEY_{name.upper()}={value}".replace("\x00", "") for name, value in pairs]
    return b"\x00".join(one.encode("utf-8", "surrogatepass") for one in (body, *variables))


STRATEGIES = {
    "articles": articles(), "html": pages(), "headers": headers(), "plain": files(), "rules": rules(), "readings": readings(), "settings": choices(),
}  # fmt: skip


def run(surface: Surface, number: int, count: int) -> Tally:
    """The hypothesis engine: `count` examples from the seed `number`; every fault is kept, none stops it."""
    tally = Tally(surface.name, "hypothesis")

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(STRATEGIES[surface.name])
    def each(data: bytes) -> None:
        judge(surface, data, tally)

    each()
    return tally

"""What fuzzing found, one by one: bytes that made something raise, wait or grow."""

import time
from datetime import UTC, datetime

import msgspec
import orjson
import pytest

from streams.article import Read
from streams.clean import default
from streams.detect import detector
from streams.detect.alphabet import Alphabet
from streams.detect.detector import READ
from streams.detect.files import lexicon_tables
from streams.detect.frames import FILE
from streams.detect.grammar import load_grammar
from streams.detect.knowledge import Knowledge
from streams.detect.lexicon import load_lexicon
from streams.detect.measures import number
from streams.detect.patterns import Inflection, expand, lower
from streams.enrich import naming, shapes
from streams.enrich.actors import names
from streams.enrich.tables import builtin
from streams.enrich.text import Sentences
from streams.errors import Code, KnowledgeError, SettingsError
from streams.filter import Filter
from streams.kafka.agents import ReadWork, works
from streams.metrics import Metrics
from streams.parse import parse
from streams.pipeline import Pipeline
from streams.plaintext import normalise
from streams.settings import Settings
from streams.subscription import Subscription
from streams.track.fold import fold
from streams.track.pack import LIMIT
from streams.track.state import State
from streams.track.valid import flaw
from tests.fuzz.records import Rec
from tests.stories import signal, tell

NOW = datetime(2026, 3, 11, 12, tzinfo=UTC)


def seconds(work):
    """Processor time of some work, the better of two."""
    found = []
    for _ in range(2):
        began = time.thread_time()
        work()
        found.append(time.thread_time() - began)
    return min(found)


@pytest.mark.parametrize("marks", ["\u0316\u0301", "\u0f71\u0f72", "\u0301\u0316"])
def test_a_long_run_of_combining_marks_takes_no_time(marks):
    """Unicode's normal form sorts a run of marks in a time that grows with its square: 260,000 took a minute."""
    text = "a" + marks * 80_000 + " b"
    assert seconds(lambda: normalise(text)) < 1
    assert len(normalise(text)) < 100


def test_marks_that_languages_write_stay():
    """Some marks on a letter are writing, and stay as they are."""
    text = "e\u0323\u0302\u0301 " + "\u0915\u094d\u0937\u093f " * 2000
    assert normalise(text).startswith("\u1ec7\u0301 \u0915\u094d")
    assert normalise(text).count("\u094d") == 2000


@pytest.mark.parametrize("unit", ["A. ", "Dr. ", "z. "])
def test_a_line_of_abbreviations_is_split_in_linear_time(unit):
    """Looking for a period's word goes back some letters, not to the beginning of the line."""
    sentences = Sentences(builtin())
    small, large = (seconds(lambda n=n: sentences.split("", unit * n, "en")) for n in (20_000, 160_000))
    assert large < small * 20 + 0.05


def test_a_line_of_wide_colons_is_cleaned_in_linear_time():
    """Looking for one kind of colon does not go through the line for the other each time."""
    small, large = (seconds(lambda n=n: default().text("\uff1a" * n)) for n in (20_000, 160_000))
    assert large < small * 20 + 0.05


def test_events_are_looked_for_in_the_first_characters():
    """A text that names an event in every line takes no longer than one of that length; sentences are all there."""
    line = "India launched a weather satellite. Norway and Sweden held talks in Oslo on Monday. "
    text = line * (2 * READ // len(line))
    found = Pipeline.load().read(orjson.dumps({"text": text, "language": "en"}), received=NOW)
    assert isinstance(found, Read)
    assert found.enriched.sentences[-1].end > READ
    assert max(one.end for one in found.enriched.mentions) <= READ
    assert max(one.end for one in found.enriched.mentions) > READ - 1000


def test_so_many_triggers_are_taken_apart(monkeypatch):
    """A text whose every line tells an event is read to a bound; who is named behind it is still mentioned."""
    monkeypatch.setattr(detector, "MOST", 3)
    lines = [
        f"{one} and Japan held peace talks in Geneva on Monday."
        for one in ("Iran", "Peru", "Chad", "Mali", "Togo")
    ]
    raw = orjson.dumps({"id": "a", "language": "en", "published": NOW.isoformat(), "text": "\n".join(lines)})
    found = Pipeline.load().read(raw, received=NOW).enriched
    assert {actor.id for one in found.signals for actor in one.actors} >= {"IRN", "JPN"}
    assert "TGO" not in {actor.id for one in found.signals for actor in one.actors}
    assert "TGO" in {mention.id for mention in found.mentions}


@pytest.mark.parametrize(("language", "longest"), [("zh", 240), ("ja", 240), ("en", 1200)])
def test_a_stretch_without_an_end_is_cut(language, longest):
    """Sentences have a greatest length, a smaller one where a word has one or two characters."""
    found = Sentences(builtin()).split("", "\u4e2d" * 5000, language)
    assert max(one.end - one.start for one in found) == longest


def test_a_withdrawal_has_a_headline_of_one_line():
    """The headline of an article that is taken back is cleaned like any other."""
    raw = orjson.dumps({"id": "a", "status": "withdrawn", "title": "Talks\n  held\u200b"})
    assert parse(raw, key=None, received=NOW).title == "Talks held"


def test_settings_that_nest_without_end_are_no_settings(tmp_path):
    """A file of a thousand brackets is refused with its name."""
    path = tmp_path / "parley.toml"
    path.write_text("broker = " + "[" * 3000)
    with pytest.raises(SettingsError, match=r"parley\.toml is not TOML"):
        Settings.load(path)


@pytest.mark.parametrize(("word", "value"), [("9" * 15, 10**15 - 1), ("9" * 16, None), ("1" * 5000, None)])
def test_a_number_that_json_has_no_room_for_counts_nothing(word, value):
    """What a sentence counts is written as JSON: a row of digits that is too long is no amount."""
    assert number(word, {}) == value


@pytest.mark.parametrize(
    "headers",
    [
        {"ce_subject": b"t", "ce_seq": None},
        {"ce_subject": None, "ce_seq": b"1"},
        {"ce_subject": b"t", "ce_seq": b"9" * 5000},
        {"ce_subject": b"\xff\xfe", "ce_seq": b"1", "ce_kind": None},
        {"ce_subject": b"t", "ce_seq": b"1", "ce_kind": b"\xff", "ce_significance": b"\xff"},
    ],
)
def test_headers_that_are_no_text_are_worth_reading(headers):
    """Others than Parley may write headers with nulls, broken UTF-8 or endless numbers."""
    assert Subscription(Filter()).worth_reading(headers)


@pytest.mark.parametrize("stamp", [-(2**63), 2**62, -6_000_000_000_000, 10**16])
def test_a_record_whose_timestamp_is_no_time_is_rejected(stamp):
    """A producer may write any number as the time at which an article is received."""
    work = ReadWork(lambda *_, **__: pytest.fail("is not read"), Settings(), Metrics())
    (rejected,) = work.step(Rec(b"{}", timestamp=stamp))
    assert ("__streams.errors.code", b"bad-date") in rejected.headers


def reading(**changes):
    """A good reading as JSON, with some values of its first signal changed."""
    good = tell("a", signal("aid", "scheduled", "+DEU >UKR", place="Kyiv", country="UKR", when="2025-03-20"))
    value = orjson.loads(orjson.dumps(good))
    for path, new in changes.items():
        at = value
        *way, last = path.split("__")
        for step in way:
            at = at[int(step) if step.isdigit() else step]
        at[last] = new
    return value


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("signals__0__family", "../x", "signals[0].family: '../x' can be no topic's name"),
        ("signals__0__detail", "y" * 9000, "signals[0].detail: over 240 bytes"),
        ("signals__0__confidence", 1e308, "signals[0].confidence: 1e+308 is no probability"),
        ("signals__0__place__name", "\x01" * 100, "signals[0].place.name: over 240 bytes"),
        (
            "signals__0__time__start",
            "2025-13-45",
            "signals[0].time.start: '2025-13-45' is no date YYYY-MM-DD",
        ),
        ("signals__0__attributes", {"k": "v" * 5000}, "signals[0].attributes: 5008 bytes, 2048 are allowed"),
        (
            "article__received",
            "0001-01-01T00:00:00+23:59",
            "article.received: 0001-01-01T00:00:00+23:59 is no time of news",
        ),
        ("article__version", "v" * 300, "version: over 240 bytes"),
    ],
)
def test_a_reading_that_threads_cannot_hold_is_rejected_with_what_is_wrong(path, value, says):
    """What comes on `signals` from elsewhere is told from ours before it is folded."""
    work = works(Settings(), ["track"])["track"](Metrics())
    work.restore({})
    draft = work.draft()
    (rejected,) = draft.step(Rec(orjson.dumps(reading(**{path: value})), topic="signals"))
    facts = dict(rejected.headers)
    assert facts["__streams.errors.code"] == b"bad-reading"
    assert facts["__streams.errors.message"].decode() == says
    assert draft.changes() == []


def test_a_good_reading_has_no_flaw():
    """The control: the reading that the others are changed from is taken."""
    from streams.reading import Reading

    assert flaw(msgspec.convert(reading(), Reading)) is None


def test_a_thread_of_the_longest_names_fits_into_its_record():
    """Names as long as a reading may have them, in every field and at every step, stay below the limit."""
    from streams.reading import Reading

    state = State.empty()
    for turn in range(24):
        stage = ("scheduled", "under-way", "called-off", "proposed")[turn % 4]
        long = {
            f"signals__0__{name}": f"{turn}" + "x" * 230 for name in ("asserted_by", "detail", "place__name")
        }
        value = reading(**long, signals__0__stage=stage, article__version=str(turn), signals__0__id=str(turn))
        value["signals"][0]["actors"] = [
            {
                "id": f"{at}" + "i" * 230,
                "name": "n" * 238,
                "role": "party",
                "sector": "s" * 238,
                "person": "p" * 238,
            }
            for at in range(20)
        ]
        value["article"]["id"] = f"a{turn}"
        value["article"]["publisher"] = f"p{turn}"
        one = msgspec.convert(value, Reading)
        assert flaw(one) is None
        layer, _ = fold(state, one, one.article.received)
        state.absorb(layer)
    sizes = [len(value) for _, value in state.records()]
    assert sizes
    assert max(sizes) <= LIMIT


@pytest.mark.parametrize("pattern", ["(" * 2000 + "a" + ")" * 2000, "(" * 31 + "a" + ")" * 31])
def test_brackets_may_not_nest_without_end(pattern):
    """A pattern of two thousand brackets is refused, and no recursion breaks."""
    with pytest.raises(ValueError, match="nests more than 30 brackets"):
        expand(pattern, lower)


def test_alternatives_inside_a_bracket_are_bounded_too():
    """Choices multiply inside brackets as they do outside; both are counted before they are made."""
    with pytest.raises(ValueError, match="expands to more than 4000"):
        expand("(" + "(a|b)x" * 24 + ")", lower)


def test_short_prefixes_side_by_side_are_bounded():
    """A row of prefixes that match hundreds of words each would be millions of rows of code letters."""
    keys = {"a*", *(f"a{letter}{other}" for letter in "bcdefghij" for other in "klmnopqrst")}
    alphabet = Alphabet(keys, Inflection(), (), ())
    assert len(list(alphabet.rows(("a*", "a*")))) == 91**2
    with pytest.raises(ValueError, match="stands for 753571 rows"):
        alphabet.rows(("a*", "a*", "a*"))


def written(folder, name, text):
    """A file of the language Interlingua in a user's folder."""
    path = folder / name if name == FILE else folder / "ia" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return (folder,)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("lexicon.toml", b"# \xd4", "no valid TOML"),
        ("lexicon.toml", "lists = 1.5", r"Expected `object`, got `float` - at `\$.lists`"),
        ("lexicon.toml", "entry = [{}]", "write each entry below a line"),
        ("lexicon.toml", f"lists = {{x = '{'y' * 20_001}'}}", "length <= 20000"),
    ],
)
def test_a_lexicon_of_wrong_values_is_refused(tmp_path, name, text, says):
    """A user's lexicon that is no text, or has values of the wrong kind, is named with the field."""
    with pytest.raises(KnowledgeError, match=says):
        lexicon_tables("ia", written(tmp_path, name, text))


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        (
            "grammar.toml",
            "inflection = 'x'",
            r"grammar\.toml: Expected `object`, got `str` - at `\$.inflection`",
        ),
        ("grammar.toml", "before = 5", r"\$.before"),
        ("grammar.toml", "gap = 1000000000", r"<= 100 - at `\$.gap`"),
        (FILE, "families = [1]", r"frames\.toml: Expected `object`, got `array` - at `\$.families`"),
        (FILE, "frames.x.kind = []", r"\$.frames"),
        ("names.toml", "inflection = [{}]", r"\$.inflection"),
        ("names.toml", "disable = 3", "disable: must be a list"),
        ("grammar.toml", "x = " + "[" * 3000, "no valid TOML"),
    ],
)
def test_a_file_of_wrong_values_is_refused(tmp_path, name, text, says):
    """Other knowledge files too: the message has the file and the field."""
    relative = name if name == FILE else f"ia/{name}"
    with pytest.raises(KnowledgeError, match=says):
        naming.table(relative, written(tmp_path, name, text))


def test_a_folder_in_a_files_place_is_refused(tmp_path):
    """What is there and cannot be read is an error, not a missing file."""
    with pytest.raises(KnowledgeError, match="cannot be read"):
        shapes.read(tmp_path)


def test_a_language_that_unicode_does_not_know_is_refused(tmp_path):
    """Names of states come from Unicode by the language's code."""
    (tmp_path / "zz").mkdir()
    (tmp_path / "zz" / "names.toml").write_text("script = 'latin'\n")
    with pytest.raises(
        KnowledgeError, match="give the code of a language that Unicode knows as `territories`"
    ):
        names("zz", overlays=(tmp_path,))


def test_lists_that_name_lists_are_bounded():
    """Eight names in each of four lists would be four thousand times the text."""
    lists = {"a": "{b}" * 20, "b": "{c}" * 20, "c": "{d}" * 20, "d": "word " * 20}
    with pytest.raises(KnowledgeError, match="characters with its lists, 20000 are allowed"):
        load_lexicon([("here", {"id": "x", "verbs": ["{a}"]})], lists, "ia", {})


def test_a_dateline_that_is_no_expression_is_refused(tmp_path):
    """Datelines are regular expressions that users may write."""
    text = '[language]\nname = "x"\n[clean]\ndatelines = ["(?P<place>["]\n'
    written(tmp_path, "text.toml", text)
    from streams.pipeline import Pipeline

    with pytest.raises(KnowledgeError, match=r"datelines: '.*' is no expression"):
        Pipeline.load([tmp_path])


def test_whatever_else_a_folder_makes_go_wrong_is_an_error_of_its_files(tmp_path, monkeypatch):
    """A worker ends with one line that names the user's folder, whatever nobody has thought of."""
    monkeypatch.setattr("streams.detect.knowledge.load_frames", lambda *_: {}["gone"])
    with pytest.raises(KnowledgeError, match=f"{tmp_path.name}: knowledge: KeyError"):
        Knowledge.load([tmp_path])
    with pytest.raises(KeyError):
        Knowledge.load()


@pytest.mark.parametrize(
    "path", sorted(naming.KNOWLEDGE.rglob("*.toml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_our_own_files_have_the_values_that_users_files_must_have(path):
    """The shapes that users' files are compared with are those of our own."""
    shapes.check(shapes.read(path), path.name, str(path))


def test_a_grammar_without_a_language_is_refused():
    """What a grammar must have is told by its name."""
    with pytest.raises(KnowledgeError, match="here: 'language'"):
        load_grammar({}, "here")


def test_bytes_that_no_rule_is_for_are_rejected_not_raised():
    """Ten megabytes in one line, and arrays in arrays, are rejected before they are looked at."""
    from streams.errors import Rejected

    for raw, code in (
        (b'{"text": "' + b"a" * 10_000_000 + b'"}', Code.TOO_LARGE),
        (b"[" * 300_000, Code.TOO_DEEP),
    ):
        with pytest.raises(Rejected) as caught:
            parse(raw, key=None, received=NOW)
        assert caught.value.code in (code, Code.NOT_JSON)


def test_an_address_that_is_none_names_no_publisher():
    """An article whose URL cannot be taken apart is read all the same, and nobody is its publisher."""
    text = "Norway and Sweden held peace talks in Oslo on Monday."
    raw = orjson.dumps({"id": "a", "language": "en", "url": "https://[x", "text": text})
    found = Pipeline.load().read(raw, received=NOW)
    assert isinstance(found, Read)
    assert found.reading is not None
    assert found.reading.article.publisher is None

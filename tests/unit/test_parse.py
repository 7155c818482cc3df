"""Bytes of a record become an article, or a rejection whose code says why."""

from datetime import UTC, datetime, timedelta

import orjson
import pytest

from streams.errors import Code, Rejected
from streams.parse import MAX_BYTES, from_text, parse
from streams.wire import encode

RECEIVED = datetime(2025, 3, 25, 12, 0, tzinfo=UTC)
BODY = "The two ministers met at the old harbour. They agreed to meet again."
ARTICLE = {
    "id": "a-1",
    "url": "https://press.example/a-1",
    "source": "Harbour Post",
    "published": "2025-03-25T10:00:00+07:00",
    "language": "en-GB",
    "title": "Ministers meet at the harbour",
    "text": BODY,
}


def read(value, key=None):
    """The article in a JSON value or raw bytes."""
    raw = value if isinstance(value, bytes) else orjson.dumps(value)
    return parse(raw, key=key, received=RECEIVED, headers={})


def code_of(value, key=None):
    """The code with which a value is rejected."""
    with pytest.raises(Rejected) as caught:
        read(value, key)
    assert caught.value.stage == "parse"
    assert str(caught.value)
    return caught.value.code


def test_all_fields_are_read():
    """Every known field of an article arrives in its place."""
    article = read({**ARTICLE, "updated": "2025-03-25T05:00:00Z", "section": "world", "status": "updated"})
    assert (article.id, article.url, article.source) == ("a-1", "https://press.example/a-1", "Harbour Post")
    assert (article.title, article.text) == ("Ministers meet at the harbour", BODY)
    assert (article.language, article.section, article.status) == ("en", "world", "updated")
    assert article.updated == datetime(2025, 3, 25, 5, tzinfo=UTC)
    assert article.received == RECEIVED
    assert not article.withdrawn


def test_published_keeps_its_own_offset():
    """The publisher's local time of day survives, so that its "today" is known."""
    article = read(ARTICLE)
    assert article.published.isoformat() == "2025-03-25T10:00:00+07:00"
    assert article.published.utcoffset() == timedelta(hours=7)


def test_received_stands_in_for_published():
    """An article without a publication time counts as published when its record was written."""
    assert read({"text": BODY}).published == RECEIVED
    assert read({"text": BODY, "published": None}).published == RECEIVED


def test_unknown_fields_are_kept():
    """Fields that Parley does not know pass through unchanged."""
    assert read({**ARTICLE, "desk": {"name": "sea", "ids": [1, 2]}}).extra == {
        "desk": {"name": "sea", "ids": [1, 2]}
    }


@pytest.mark.parametrize(
    ("fields", "key", "expected"),
    [
        ({"id": "x", "url": "https://e.example/1"}, b"key", "x"),
        ({"url": "https://e.example/1"}, b"key", "key"),
        ({"id": "", "url": "https://e.example/1"}, b"key", "key"),
    ],
)
def test_id_comes_from_the_field_then_the_key(fields, key, expected):
    """The id field names the article, else the record's key."""
    assert read({"text": BODY, **fields}, key).id == expected


def test_id_defaults_to_a_hash_of_url_or_content():
    """Without id and key the url makes the id, without a url the content; the same gives the same."""
    first = read({"text": BODY, "url": "https://e.example/1"})
    assert first.id == read({"text": BODY + " More.", "url": "https://e.example/1"}).id
    assert first.id != read({"text": BODY, "url": "https://e.example/2"}).id
    content = read({"text": BODY})
    assert content.id == read({"text": BODY}).id != read({"text": BODY + " More."}).id


def test_version_follows_what_the_publisher_wrote():
    """Title, text and status make the version; a repeat has the same one, whatever else differs."""
    version = read(ARTICLE).version
    assert version == read({**ARTICLE, "section": "world"}).version
    assert version != read({**ARTICLE, "title": "Another"}).version
    assert version != read({**ARTICLE, "text": "Another text."}).version
    assert version != read({**ARTICLE, "status": "corrected"}).version


def test_null_value_withdraws_what_the_key_names():
    """A tombstone is a withdrawal of the article whose id is the key."""
    article = parse(None, key=b"a-1", received=RECEIVED, headers={})
    assert (article.id, article.withdrawn, article.text) == ("a-1", True, "")
    assert article.published == RECEIVED


def test_withdrawn_status_needs_no_text():
    """Status withdrawn takes an article back by its id, its key or its url."""
    assert read({"id": "a-1", "status": "withdrawn"}).withdrawn
    assert read({"status": "withdrawn"}, b"a-1").id == "a-1"
    url = {"url": "https://e.example/1"}
    assert read({**url, "status": "withdrawn"}).id == read({**url, "text": BODY}).id


def test_withdrawal_without_id_is_rejected():
    """A withdrawal that does not say of what cannot be carried out."""
    assert code_of({"status": "withdrawn"}) is Code.NO_ID
    with pytest.raises(Rejected) as caught:
        parse(None, key=None, received=RECEIVED)
    assert caught.value.code is Code.NO_ID


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", Code.NOT_JSON),
        (b"not json", Code.NOT_JSON),
        (b'{"text": "cut of', Code.NOT_JSON),
        (b'{"text": NaN}', Code.NOT_JSON),
        (b'{"text": "raw \x01 control"}', Code.NOT_JSON),
        (b'{"text": "\xff\xfe"}', Code.NOT_UTF8),
        (b'{"text": "\\ud800 alone"}', Code.NOT_UTF8),
        (b"[1, 2]", Code.WRONG_TYPE),
        (b"null", Code.WRONG_TYPE),
        (b'"text"', Code.WRONG_TYPE),
        (b"3", Code.WRONG_TYPE),
        (b"[" * 10_000_000, Code.TOO_LARGE),
        (b"[" * 100_000, Code.TOO_DEEP),
        (b'{"a":' * 50_000, Code.TOO_DEEP),
        (b'{"text": "a b c", "x": ' + b"[" * 200 + b"]" * 200 + b"}", Code.TOO_DEEP),
        (b'{"text": "' + b"a" * MAX_BYTES + b'"}', Code.TOO_LARGE),
    ],
)
def test_what_is_no_article_is_rejected_with_its_code(raw, code):
    """Each kind of bad bytes has a stable code."""
    assert code_of(raw) is code


@pytest.mark.parametrize(
    "field", ["id", "url", "source", "language", "title", "text", "html", "section", "status"]
)
@pytest.mark.parametrize("value", [1, 1.5, True, ["a"], {"a": "b"}])
def test_wrong_types_are_rejected(field, value):
    """A field that should be a string is a string or nothing."""
    assert code_of({"text": BODY, field: value}) is Code.WRONG_TYPE


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"text": ""},
        {"text": None},
        {"title": "Only a title"},
        {"text": " \n\t "},
        {"html": "<p></p>"},
        {"text": "Advertisement"},
    ],
)
def test_no_text_is_rejected(fields):
    """Nothing to read, or nothing left after cleaning, is no article."""
    assert code_of(fields) is Code.NO_TEXT


@pytest.mark.parametrize(
    "value",
    ["", "yesterday", "2025-03-25", "2025-03-25T10:00:00", "2025-13-25T10:00:00Z", "2025-02-30T10:00:00Z", "0000-01-01T00:00:00Z",
     "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2025-03-25T25:00:00Z", "２０２５-03-25T10:00:00Z", "2025-03-25T10:00:00+99:00"],
)  # fmt: skip
@pytest.mark.parametrize("field", ["published", "updated"])
def test_bad_dates_are_rejected(field, value):
    """A time that is not RFC 3339 with an offset, or no year of a newspaper, is a bad date."""
    assert code_of({"text": BODY, field: value}) is Code.BAD_DATE


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2025-03-25T10:00:00Z", "2025-03-25T10:00:00+00:00"),
        ("2025-03-25t10:00:00z", "2025-03-25T10:00:00+00:00"),
        ("2025-03-25 10:00:00.123456789-05:30", "2025-03-25T10:00:00.123456-05:30"),
        ("2025-03-25T10:00+07:00", "2025-03-25T10:00:00+07:00"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00+00:00"),
        ("2025-03-25T10:00:00-00:00", "2025-03-25T10:00:00+00:00"),
    ],
)
def test_dates_of_rfc_3339_are_read(value, expected):
    """Small letters, a space, fractions and leap seconds are all allowed."""
    assert read({"text": BODY, "published": value}).published.isoformat() == expected


def test_published_that_is_a_number_is_a_wrong_type():
    """Seconds since the epoch are no RFC 3339 time; the type is what is wrong."""
    assert code_of({"text": BODY, "published": 1742860800}) is Code.WRONG_TYPE


@pytest.mark.parametrize("text", ["\x00", "Good text with a NUL \x00 in it.", "\x01\x02\x03\x04\x05 ab"])
def test_control_characters_are_rejected(text):
    """A NUL, or a share of control characters that no text has, means binary data."""
    assert code_of({"text": text}) is Code.CONTROL_CHARACTERS


def test_a_stray_control_character_is_dropped():
    """One slip of a typesetter's machine does not cost the article."""
    article = read({"text": BODY + " " + BODY + " \x0bNew\x02 line. " + BODY})
    assert "\x02" not in article.text
    assert "\nNew line." in article.text


def test_byte_order_mark_is_no_obstacle():
    """A byte order mark in front of the JSON is skipped."""
    assert read(b"\xef\xbb\xbf" + orjson.dumps(ARTICLE)).id == "a-1"


def test_html_is_read_when_there_is_no_text():
    """The article's paragraphs are found in the markup, one a line."""
    markup = "<html><body><nav><a href='/'>Home</a></nav><article><h1>T</h1><p>First&nbsp;paragraph here.</p><p>Second one.</p></article></body></html>"
    lines = read({"html": markup}).text.split("\n")
    assert lines[-2:] == ["First paragraph here.", "Second one."]
    assert "Home" not in lines


def test_parsed_article_can_be_written():
    """What parse accepts can be encoded again, nesting and all."""
    nested = b'{"text": "a b c", "x": ' + b"[" * 60 + b"]" * 60 + b"}"
    assert orjson.loads(encode(read(nested)))["text"] == "a b c"


def test_odd_language_tags():
    """A tag is cut to its primary code; what is no tag is ignored."""
    assert read({**ARTICLE, "language": "in_ID"}).language == "id"
    assert read({**ARTICLE, "language": "zh-Hant-TW"}).language == "zh"
    assert read({**ARTICLE, "language": "Bahasa Indonesia"}).language is None


def test_plain_text_takes_source_from_the_dateline():
    """A text file's agency is its source when none is given."""
    article = from_text(
        "Ambon (Kabar Laut) - Kapal itu tiba pagi tadi.\n", received=RECEIVED, published=RECEIVED
    )
    assert (article.source, article.text) == ("Kabar Laut", "Kapal itu tiba pagi tadi.")
    assert article.title == ""


def test_plain_text_with_a_headline():
    """A short first line without a full stop is the headline."""
    text = "Boats reach the island\n\nThe first boats reached the island at noon.\n"
    article = from_text(text, received=RECEIVED, published=RECEIVED, source="Harbour Post")
    assert article.title == "Boats reach the island"
    assert article.text == "The first boats reached the island at noon."


def test_plain_text_of_a_fixed_width_is_unwrapped():
    """Lines broken at a fixed width are joined; paragraphs stay apart; ordinary files stay as they are."""
    text = "The fleet left the old harbour at noon and sailed to the\nnorth, where ice was expected by the end of the week, the\nharbour master said.\n\nNobody waved.\n"
    article = from_text(text, received=RECEIVED, published=RECEIVED, source="Harbour Post", title="T")
    assert article.text.split("\n") == [
        "The fleet left the old harbour at noon and sailed to the north, where ice was expected by the end of the week, the harbour master said.",
        "Nobody waved.",
    ]
    plain = "One sentence that is long enough to be broken somewhere.\nAnother one.\n\nA third."
    assert from_text(
        plain, received=RECEIVED, published=RECEIVED, source="s", title="T"
    ).text == plain.replace("\n\n", "\n")


def test_plain_text_says_which_option_is_missing():
    """Without source or publication time the error names the option to pass."""
    with pytest.raises(Rejected, match="--source"):
        from_text(BODY, received=RECEIVED, published=RECEIVED)
    with pytest.raises(Rejected, match="--published"):
        from_text(BODY, received=RECEIVED, source="Harbour Post")


def test_plain_text_takes_published_from_a_full_dateline():
    """A dateline with day, month and year says when the text was published."""
    article = from_text("LONDON, 22 Jan 2026 (Meridian) - The fleet left.", received=RECEIVED)
    assert article.published == datetime(2026, 1, 22, tzinfo=UTC)


def test_html_nested_beyond_any_page_is_rejected():
    """Tags opened by the thousand are no article, and cost no seconds to find out."""
    article = {"published": "2026-03-11T12:00:00Z", "html": "<div>" * 16_000 + "Ghana met Togo in Accra."}
    with pytest.raises(Rejected) as caught:
        parse(orjson.dumps(article), key=b"a", received=RECEIVED)
    assert caught.value.code == "too-deep"

"""Plain text out of whatever arrives: Unicode in one form, one kind of space and line break, no markup."""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from functools import cache

from resiliparse.extract.html2text import extract_plain_text

from streams.errors import Code, Rejected

_LINE_BREAKS = "\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_SPACES = "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = (
    [chr(code) for code in range(0x20) if chr(code) not in "\t\n" + _LINE_BREAKS]
    + [chr(code) for code in range(0x7F, 0xA0) if code != 0x85]  # noqa: PLR2004 - NEL is a line break
    + list(
        "\xad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
    )
)
_TABLE = str.maketrans(
    {**dict.fromkeys(_LINE_BREAKS, "\n"), **dict.fromkeys(_SPACES, " "), **dict.fromkeys(_NOTHING, "")}
)
_CONTROL = re.compile("[\x01-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]")
_MARKUP = re.compile(
    r"</(?:p|div|a|b|i|em|strong|span|h[1-6]|li|ul|body|html)>|<br ?/?>|<p[ >]", re.IGNORECASE
)
_SKIPPED = ["figcaption", "aside", "nav", "footer", "header", "form", "button", "script", "style", "noscript"]
_CONTROLS_PER_TEXT = 100  # one control character in a hundred means that this is no text
_MARKS = 30  # combining marks on one letter, as Unicode's stream-safe format has it
_HARMLESS = 5000  # characters: however many marks a shorter text has, they are sorted in some milliseconds
_WRAPPED = 45  # lines shorter than this were not broken for width
_NESTED = 2000  # tags open at a time; pages have some dozens, old ones hundreds of unclosed paragraphs
_TAG = re.compile(r"<(/)?[a-zA-Z][^<>]*?(/)?>")
_FRAGMENT = 180  # less main text than this, and the page is taken whole


def has_markup(text: str) -> bool:
    """Whether a text holds HTML tags, as feeds have it."""
    return "<" in text and _MARKUP.search(text) is not None


def is_binary(text: str) -> bool:
    """Whether control characters show that this is no text: a NUL, or more than one in a hundred."""
    if _is_plain(text):
        return False
    return "\x00" in text or len(_CONTROL.findall(text)) * _CONTROLS_PER_TEXT > len(text)


def normalise(text: str) -> str:
    """NFC, one kind of space, one kind of line break, no invisible characters; lines stripped, none empty."""
    if "&" in text:
        text = html.unescape(text)
    if not text.isascii():
        text = unicodedata.normalize("NFC", _short_runs(text))
    if not _is_plain(text):
        text = text.translate(_TABLE)
    while "  " in text:
        text = text.replace("  ", " ")
    return "\n".join([stripped for line in text.split("\n") if (stripped := line.strip(" "))])


def _short_runs(text: str) -> str:
    """The text without the marks that no letter has so many of: Unicode's normal form sorts each run of them, in
    a time that grows with its square.
    """
    return text if len(text) <= _HARMLESS else _marks().sub(lambda run: run[0][:_MARKS], text)


@cache
def _marks() -> re.Pattern[str]:
    combining = [chr(code) for code in range(sys.maxunicode) if unicodedata.combining(chr(code))]
    return re.compile(f"[{''.join(combining)}]{{{_MARKS},}}")


def unwrap(text: str) -> str:
    """Paragraphs of a file that breaks its lines at a fixed width, each on one line again.

    Such a file has empty lines between paragraphs, and most of its other line breaks stand inside sentences.
    """
    if "\n\n" not in text:
        return text
    blocks = [[line.strip() for line in block.split("\n") if line.strip()] for block in text.split("\n\n")]
    inner = [line for block in blocks for line in block[:-1]]
    wrapped = [line for line in inner if len(line) >= _WRAPPED and line[-1] not in '.!?:"\u201d\u00bb\u3002']
    if len(wrapped) * 2 <= len(inner):
        return text
    return "\n\n".join(" ".join(block) for block in blocks)


def _is_plain(text: str) -> bool:
    """Whether nothing but printable characters and line breaks is in it: a quick check that most texts pass."""
    return text.replace("\n", "").isprintable()


def from_html(markup: str) -> str:
    """The main text of a page or a fragment, one block a line. Tags without text give an empty string.

    Raises `Rejected` for tags nested as no page nests them: the parser would take seconds.
    """
    if markup.count("<") > _NESTED and _depth(markup) > _NESTED:
        raise Rejected(Code.TOO_DEEP, f"HTML nested more than {_NESTED} deep; publish the text instead")
    text = _extract(markup, main=True)
    if len(text) * 4 < len(whole := _extract(markup, main=False)):
        # The heuristics for "main content" want a whole page; of a fragment they may leave nothing.
        main = text.strip()
        text = whole if len(main) < _FRAGMENT else text
    return text


def _depth(markup: str) -> int:
    """How deep tags nest, counting every one that is opened and not closed."""
    depth = deepest = 0
    for match in _TAG.finditer(markup):
        depth += -1 if match.group(1) else not match.group(2)
        deepest = max(deepest, depth)
    return deepest


def _extract(markup: str, *, main: bool) -> str:
    return str(
        extract_plain_text(
            markup,
            preserve_formatting=True,
            main_content=main,
            list_bullets=False,
            alt_texts=False,
            comments=False,
            skip_elements=_SKIPPED,
        )
    )

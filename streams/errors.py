"""What can go wrong with what comes in, as values: a `Rejection` goes to `<topic>.rejected`, whole.

- `ParleyError`: any error of ours that a caller may catch
  - `Rejected`: this record is bad; the code says why; it goes to the rejected topic
  - `KnowledgeError`: a knowledge file is wrong; says file, entry and line
  - `SettingsError`: a setting is wrong; says which and what is allowed
  - `UnreachableError`: no broker answers; says where and what to do
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Stable codes of rejection: users filter and alert on them, so they never change their meaning."""

    NOT_JSON = "not-json"  # the value is no JSON document
    NOT_UTF8 = "not-utf8"  # bytes or lone surrogates that are no Unicode text
    WRONG_TYPE = "wrong-type"  # JSON, but a field has the wrong type or the top level is no object
    NO_TEXT = "no-text"  # neither text nor html, or nothing left of it after cleaning
    BAD_DATE = "bad-date"  # published or updated is no RFC 3339 time
    TOO_LARGE = "too-large"  # over 512 KiB
    TOO_DEEP = "too-deep"  # nested beyond what any article needs
    CONTROL_CHARACTERS = "control-characters"  # text that is mostly control characters
    NO_ID = "no-id"  # a withdrawal that does not say of what
    DETECTOR_FAILED = "detector-failed"  # reading raised: a bug of ours, the article is kept for replay
    DETECTOR_SLOW = "detector-slow"  # reading took over a second
    OUTPUT_TOO_LARGE = "output-too-large"  # what came out does not fit into a record
    BAD_READING = "bad-reading"  # a record on signals that is no reading


class ParleyError(Exception):
    """Any error that Parley raises on purpose."""


class Rejected(ParleyError):  # noqa: N818 - the word of the design
    """This input is bad. `code` says why, `stage` which step found it (parse, detect, track, encode)."""

    def __init__(self, code: Code, message: str, *, stage: str = "parse") -> None:
        super().__init__(message)
        self.code = code
        self.stage = stage


class UnreachableError(ParleyError):
    """No broker answers at an address; the message says what to do."""

    def __init__(self, broker: str) -> None:
        super().__init__(
            f"no broker answers at {broker}: start one (`parley up`), or say where it is (--broker, PARLEY_BROKER)"
        )


class KnowledgeError(ParleyError):
    """A knowledge file is wrong: says file, entry and line, and what would be right."""


class SettingsError(ParleyError):
    """A setting is wrong: says which one, what it was and what is allowed."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A bad record as a value: what the rejected topic's headers say of it."""

    code: Code
    stage: str
    message: str

"""What commands read: articles as JSON, JSON Lines or plain text, from files, folders or standard input."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from streams.errors import Code, Rejected
from streams.parse import from_text
from streams.plaintext import unwrap

SUFFIXES = (".json", ".jsonl", ".txt")

F = TypeVar("F", bound=Callable[..., Any])

knowledge_option = click.option(
    "--knowledge",
    "knowledge_dirs",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder laid over Parley's knowledge; may be given several times.",
)


class InputError(click.ClickException):
    """A file that cannot be read: says which and why."""

    exit_code = 2


class RejectedInput(click.ClickException):
    """A plain text that is no article: says which and why."""


@dataclass(frozen=True, slots=True)
class Plain:
    """What a plain text may leave unsaid, as --published and --source give it."""

    published: str | None = None
    source: str | None = None


def plain_options(function: F) -> F:
    """Adds --published and --source for plain texts; they make a `Plain`."""
    for option in (
        click.option("--source", help="Who published a plain text, if its dateline does not say so."),
        click.option(
            "--published",
            help="When a plain text was published (RFC 3339); else the day in its file's name counts.",
        ),
    ):
        function = option(function)
    return function


def read_bytes(path: str | Path) -> bytes:
    """A file's bytes; `-` is standard input. Raises `InputError` for what is no file that can be read."""
    if path == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error


def lines(path: str) -> Iterator[tuple[int, bytes]]:
    """The non-empty lines of a file with their numbers from 1; `-` is standard input."""
    with contextlib.ExitStack() as stack:
        try:
            stream = sys.stdin.buffer if path == "-" else stack.enter_context(Path(path).open("rb"))
        except OSError as error:
            raise _unreadable(path, error) from error
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line


def files(path: Path) -> list[Path]:
    """The article files of a folder in order of name, or the file itself."""
    if path.is_file():
        return [path]
    if not path.exists():
        raise InputError(f"{path}: no such file or folder")
    found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    if not found:
        raise InputError(f"{path}: no files that end in {', '.join(SUFFIXES)}")
    return found


def documents(path: str, plain: Plain | None = None) -> Iterator[bytes]:
    """Articles one by one as JSON bytes: a JSON object, an array or lines of them, a plain text (.txt), or a
    folder of such files.

    Raises `InputError` for a file that cannot be read, `RejectedInput` for a plain text that is no article.
    """
    if path == "-":
        yield from _split(read_bytes(path), path)
        return
    for file in files(Path(path)):
        if file.suffix == ".txt":
            yield plain_text(file, plain or Plain())
        else:
            yield from _split(read_bytes(file), str(file))


def plain_text(file: Path, plain: Plain) -> bytes:
    """The article in a plain text file as its publisher would send it: it reads as the text itself does."""
    when = published_of(str(file), plain.published)
    try:
        text = decoded(read_bytes(file))
        article = from_text(text, received=when or datetime.now(UTC), published=when, source=plain.source)
    except Rejected as error:
        raise RejectedInput(f"{file}: {error.code}: {error}") from error
    body = text.strip().partition("\n")[2] if article.title else text
    fields = {"source": article.source, "published": article.published, "title": article.title}
    return orjson.dumps({**fields, "text": unwrap(body)})


def decoded(raw: bytes) -> str:
    """A plain text's characters. Raises `Rejected` for bytes that are no UTF-8."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Rejected(Code.NOT_UTF8, f"byte {error.start} is no UTF-8; save the file as UTF-8") from error


def _unreadable(path: str | Path, error: OSError) -> InputError:
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path}: is a folder; give a file")
    if isinstance(error, FileNotFoundError):
        return InputError(f"{path}: no such file")
    return InputError(f"{path}: cannot be read ({error.strerror})")


def _split(data: bytes, where: str) -> Iterator[bytes]:
    try:
        whole: Any = orjson.loads(data)
    except orjson.JSONDecodeError:
        if where.endswith(".json"):
            yield data  # one broken document: the worker rejects it with its code
            return
        yield from (_article(line) for line in data.splitlines() if line.strip())
        return
    if isinstance(whole, list):
        yield from (_article(orjson.dumps(item)) for item in whole)
    else:
        yield _article(data)


def _article(raw: bytes) -> bytes:
    """A labelled article's line has the article under "article"."""
    if not raw.lstrip().startswith(b'{"article"'):
        return raw
    inner = object_of(raw).get("article")
    return orjson.dumps(inner) if isinstance(inner, dict) else raw


def moment(text: str | None, option: str) -> datetime | None:
    """An RFC 3339 time or a date; times without an offset are UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no time such as 2025-03-25T10:00:00+07:00", param_hint=option
        ) from error
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def received_of(fields: dict[str, Any]) -> datetime:
    """When a delivery without a Kafka timestamp was received: as it says, else when it was published or
    updated, so that a replay gives the same bytes.
    """
    for name in ("received", "updated", "published"):
        try:
            found = datetime.fromisoformat(str(fields.get(name)))
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return datetime(1970, 1, 1, tzinfo=UTC)


def object_of(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`, or an empty one: what is wrong with it is for `parse` to say."""
    try:
        fields = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return {}
    return fields if isinstance(fields, dict) else {}


def published_of(path: str, option: str | None) -> datetime | None:
    """When a plain text was published: as --published says, else the day in its file's name
    (`antara-2025-03-25.txt`), else None.
    """
    given = moment(option, "--published")
    if given is not None:
        return given
    found = re.search(r"(?<!\d)(\d{4}-\d{2}-\d{2})(?!\d)", Path(path).name)
    return moment(found.group(1), path) if found else None

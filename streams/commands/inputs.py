"""What commands read: articles as JSON, JSON Lines or plain text, from files, folders or standard input."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import orjson

SUFFIXES = (".json", ".jsonl", ".txt")

knowledge_option = click.option(
    "--knowledge",
    "knowledge_dirs",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="A folder laid over Parley's knowledge; may be given several times.",
)


def read_bytes(path: str) -> bytes:
    """A file's bytes; `-` is standard input."""
    return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()


def lines(path: str) -> Iterator[tuple[int, bytes]]:
    """The non-empty lines of a file with their numbers from 1; `-` is standard input."""
    with contextlib.nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, line


def files(path: Path) -> list[Path]:
    """The article files of a folder in order of name, or the file itself."""
    if path.is_file():
        return [path]
    found = sorted(file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    if not found:
        raise click.ClickException(f"{path}: no files that end in {', '.join(SUFFIXES)}")
    return found


def documents(path: str) -> Iterator[bytes]:
    """Articles one by one as JSON bytes: a JSON object, an array or lines of them, a folder of such files."""
    if path == "-":
        yield from _split(sys.stdin.buffer.read(), "-")
        return
    for file in files(Path(path)):
        yield from _split(file.read_bytes(), str(file))


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

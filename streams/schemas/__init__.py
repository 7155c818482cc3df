"""JSON Schemas of what stands on our topics, and the AsyncAPI document: made from the types.

    generate() -> {"events.json": {…}, …, "asyncapi.json": {…}}
    python -m streams.schemas        writes them beside this file; a test asserts that they are up to date

Fields that a schema does not list are allowed everywhere: readers ignore what they do not know. A record
on `articles` is checked by `parse`, which is kinder than its schema (a plain text file will do).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import msgspec

from streams.article import Enriched
from streams.detect.frames import families
from streams.errors import Code
from streams.events import KINDS, SCHEMA, Update
from streams.reading import Reading
from streams.track.thread import Thread

FOLDER = Path(__file__).parent
DIALECT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Article:
    """A published news text; unknown fields are kept and passed on. `text` or `html` is required, unless
    `status` is `withdrawn`. Times are RFC 3339; `published` defaults to the record's timestamp.
    """

    text: str | None = None
    html: str | None = None
    id: str | None = None
    url: str | None = None
    source: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    language: str | None = None
    title: str | None = None
    section: str | None = None
    status: str | None = None


@dataclass(frozen=True, slots=True)
class RejectedHeaders:
    """Headers of a record on `<topic>.rejected`; its value and key are those of the record that was bad.

    As in Kafka Streams (KIP-1034): where it came from, and a code that never changes its meaning.
    """

    code: Code
    exception: str
    message: str
    stage: str
    topic: str
    partition: Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]
    offset: Annotated[str, msgspec.Meta(pattern="^[0-9]+$")]


def generate() -> dict[str, dict[str, Any]]:
    """Every schema by file name, and `asyncapi.json`, which refers to them."""
    schemas = {
        "articles": _schema("articles", Article),
        "articles.enriched": _schema("articles.enriched", Enriched),
        "signals": _schema("signals", Reading),
        "events": _events(),
        "threads": _schema("threads", Thread),
        "rejected": _rejected(),
    }
    return {**{f"{name}.json": schema for name, schema in schemas.items()}, "asyncapi.json": _asyncapi()}


def write(folder: Path = FOLDER) -> list[Path]:
    """Write every generated file into a folder; their paths."""
    paths = []
    for name, document in generate().items():
        path = folder / name
        path.write_bytes(render(document))
        paths.append(path)
    return paths


def render(document: dict[str, Any]) -> bytes:
    """The bytes of a generated file."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def _schema(topic: str, kind: Any) -> dict[str, Any]:
    made = msgspec.json.schema(kind)
    return {"$schema": DIALECT, "$id": f"urn:parley:schema:{topic}:{SCHEMA}", **made}


def _events() -> dict[str, Any]:
    """An update; a change's values are called `from` and `to` on the wire."""
    schema = _schema("events", Update)
    change = schema["$defs"]["Change"]
    names = {"old": "from", "new": "to"}
    change["properties"] = {names.get(name, name): value for name, value in change["properties"].items()}
    return schema


def _rejected() -> dict[str, Any]:
    schema = _schema("rejected", RejectedHeaders)
    headers = schema["$defs"]["RejectedHeaders"]
    headers["properties"] = {
        f"__streams.errors.{name}": value for name, value in headers["properties"].items()
    }
    headers["required"] = [f"__streams.errors.{name}" for name in headers["required"]]
    return schema


def _asyncapi() -> dict[str, Any]:
    topics = {
        "articles": "articles",
        "articles.enriched": "articles.enriched",
        "signals": "signals",
        **{f"events.{family}": "events" for family in families()},
        "threads": "threads",
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Parley",
            "version": str(SCHEMA),
            "description": "News in, typed and deduplicated event updates out. A topic prefix may stand before every topic.",
        },
        "defaultContentType": "application/json",
        "channels": {
            topic: {"address": topic, "messages": {name: {"$ref": f"#/components/messages/{name}"}}}
            for topic, name in topics.items()
        },
        "operations": {
            f"{'publish' if topic == 'articles' else 'subscribe'}-{topic}": {
                "action": "receive" if topic == "articles" else "send",
                "channel": {"$ref": f"#/channels/{topic}"},
            }
            for topic in topics
        },
        "components": {"messages": {name: _message(name) for name in dict.fromkeys(topics.values())}},
    }


def _message(name: str) -> dict[str, Any]:
    message: dict[str, Any] = {"name": name, "payload": {"$ref": f"./{name}.json"}}
    if name == "events":
        message["headers"] = {"type": "object", "properties": _ce_headers()}
        message["bindings"] = {"kafka": {"key": {"type": "string", "format": "uuid"}}}
    return message


def _ce_headers() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "content-type": {"const": "application/json"},
        "ce_specversion": {"const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_type": {"enum": [f"parley.update.{kind}.v{SCHEMA}" for kind in KINDS]},
        "ce_source": text,
        "ce_subject": {"type": "string", "format": "uuid"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_dataschema": {"const": f"urn:parley:schema:events:{SCHEMA}"},
        **{
            f"ce_{name}": text
            for name in ("family", "kind", "stage", "significance", "processes", "countries", "seq")
        },
    }

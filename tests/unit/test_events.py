"""Updates as CloudEvents on Kafka, and the schemas of what stands on our topics."""

import dataclasses
import json
import uuid

import jsonschema
import orjson
import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary_event

from streams import wire
from streams.events import countries, from_record, is_state, thread_id, to_record, topic_of, update_id
from streams.schemas import FOLDER, generate, render
from streams.track.pack import unpack
from streams.track.present import snapshot
from tests.stories import World, day, signal, tell

TALKS = signal(
    "peace-talks",
    "scheduled",
    "RUS UKR &UN",
    when=day(4),
    place="Riyadh",
    country="SAU",
    processes=("russia-ukraine",),
)


@pytest.fixture
def told():
    """A world in which talks are planned, then held."""
    world = World()
    world.tell("a", TALKS)
    world.tell("b", signal("peace-talks", "concluded", "RUS UKR", when=day(4)), hours=100)
    return world


def test_record_is_read_by_the_cloudevents_library(told):
    """The Kafka binding of the CloudEvents SDK decodes a record with all its attributes."""
    update = told.told[-1]
    topic, key, value, headers = to_record(update, "test.")
    event = from_binary_event(KafkaMessage(dict(headers), key, value))
    assert topic == "test.events.peace-talks"
    assert event.get_id() == update.id
    assert event.get_type() == "parley.update.development.v1"
    assert event.get_subject() == update.thread == key.decode()
    assert event.get_time() == update.as_of
    assert event.get_source() == "/parley/test"
    assert event.get_data()["changes"] == [{"field": "stage", "from": "scheduled", "to": "concluded"}]
    extensions = {
        name: event.get_extension(name) for name in ("family", "kind", "stage", "significance", "seq")
    }
    assert extensions == {
        "family": "peace-talks",
        "kind": "development",
        "stage": "concluded",
        "significance": "major",
        "seq": "2",
    }
    assert event.get_extension("countries") == "RUS,SAU,UKR"
    assert event.get_extension("processes") == "russia-ukraine"


def test_update_survives_the_wire(told):
    """`from_record` gives the very update that `to_record` wrote."""
    for update in told.told:
        assert from_record(to_record(update, "")[2]) == update


def test_unknown_fields_are_ignored(told):
    """A newer writer's extra field does no harm."""
    plain = orjson.loads(to_record(told.told[0], "")[2])
    assert from_record(orjson.dumps({**plain, "mood": "hopeful"})) == told.told[0]


def test_ids_follow_from_their_parts():
    """Ids are UUIDv5 of (thread, seq, trigger) and of the founding signal: same parts, same id."""
    thread = thread_id("s1")
    assert uuid.UUID(thread).version == 5
    assert thread == thread_id("s1") != thread_id("s2")
    assert update_id(thread, 1, "s1") == update_id(thread, 1, "s1") != update_id(thread, 2, "s1")


def test_only_states_are_countries(told):
    """Organisations whose ids look like country codes are none."""
    assert countries(told.told[0]) == ("RUS", "SAU", "UKR")
    assert is_state("TWN")
    assert is_state("XKX")
    assert not any(map(is_state, ("RSF", "KNU", "ELN", "SDF", "PKK", "UN", "EU")))


def test_topic_has_the_prefix():
    """The prefix goes before the topic's name."""
    assert topic_of("aid", "next.") == "next.events.aid"


def test_snapshot_repeats_the_latest_update(told):
    """A thread's record gives its latest update again: same id, seq and state, without changes."""
    ((_, value),) = told.state.records()
    latest = dataclasses.replace(told.told[-1], changes=())
    assert snapshot(unpack(value)) == latest


def test_shipped_schemas_are_those_of_the_types():
    """The files under streams/schemas are what the types give now: `python -m streams.schemas` writes them."""
    made = generate()
    assert {path.name for path in FOLDER.glob("*.json")} == set(made)
    for name, document in made.items():
        assert (FOLDER / name).read_bytes() == render(document), name


@pytest.mark.parametrize("name", [name for name in generate() if name != "asyncapi.json"])
def test_schemas_are_schemas(name):
    """Each schema is a valid one and lets fields pass that it does not know."""
    schema = generate()[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert '"additionalProperties": false' not in json.dumps(schema)


def test_signals_and_threads_validate(told):
    """A reading and a thread fit the schemas of their topics, a thread without id does not."""
    made = generate()
    reading = json.loads(wire.encode(tell("a", TALKS)))
    jsonschema.Draft202012Validator(made["signals.json"]).validate(reading)
    ((_, value),) = told.state.records()
    threads = jsonschema.Draft202012Validator(made["threads.json"])
    thread = json.loads(value)
    threads.validate(thread)
    del thread["id"]
    assert not threads.is_valid(thread)

"""One complete update of each kind, byte by byte: a small story told to the tracker.

To write the files anew after a change that is meant: `python -m tests.golden.test_updates`.
"""

import dataclasses
import json
from pathlib import Path

import msgspec
import pytest

from streams.events import KINDS, from_record, to_record
from streams.reading import Cameo, Place, Plover
from streams.schemas import generate
from tests.stories import World, day, signal

FOLDER = Path(__file__).parent / "updates"


RIYADH = Place("Riyadh", "SAU", geonames=108410, lat=24.69, lon=46.72)
CODES = {
    "scheduled": (Plover("AGREE", "meet", 1, 2.5), Cameo("036", 1, 4.0)),
    "concluded": (Plover("CONSULT", "third-party", 1, 1.0), Cameo("046", 1, 7.0)),
    "denied": (Plover("REJECT", None, 3, -2.0), Cameo("125", 3, -5.0)),
}


def talks(stage, actors, quote, **fields):
    """A signal of talks in Riyadh with everything that a signal can carry."""
    made = signal("peace-talks", stage, actors, quote=quote, processes=("russia-ukraine",), **fields)
    plover, cameo = CODES[stage]
    return dataclasses.replace(made, place=RIYADH, plover=plover, cameo=cameo)


def story():
    """Talks are planned, confirmed, moved by a correction, held, and the holding is denied."""
    world = World()
    four, three = "RUS UKR &USA @SAU", "RUS UKR &USA"
    planned = "Delegations from Moscow and Kyiv will meet in Riyadh on Monday, with Washington in the chair."
    echoed = "Delegasi Rusia dan Ukraina akan bertemu di Riyadh pada Senin."
    fixed = (
        "Delegations from Moscow and Kyiv will meet in Riyadh on Tuesday, not on Monday as we first wrote."
    )
    held = "انتهت في الرياض محادثات بين روسيا وأوكرانيا بوساطة أمريكية استمرت اثنتي عشرة ساعة."
    denied = "В Москве отрицают, что переговоры с Киевом состоялись."
    duration = {"min": 12, "unit": "hour"}
    world.tell("north-1", talks("scheduled", four, planned, when=day(4)), publisher="North Wire")
    world.tell(
        "samudra-1",
        talks("scheduled", "RUS UKR", echoed, when=day(4), language="id"),
        hours=3,
        publisher="Harian Samudra",
    )
    world.tell(
        "north-1",
        talks("scheduled", four, fixed, when=day(5)),
        version="2",
        updated=6,
        publisher="North Wire",
    )
    world.tell(
        "ufuq-1",
        talks("concluded", three, held, when=day(5), language="ar", detail="held", duration=duration),
        hours=130,
        publisher="Al Ufuq",
    )
    world.tell(
        "volna-1",
        talks("denied", "RUS UKR", denied, by="RUS", language="ru", confidence=0.9),
        hours=133,
        publisher="Volna",
    )
    return {update.kind: update for update in world.told}


def golden(update) -> bytes:
    """What a golden file holds: the record, its headers as text."""
    topic, key, value, headers = to_record(update, "")
    record = {
        "topic": topic,
        "key": key.decode(),
        "headers": {name: data.decode() for name, data in headers},
        "value": json.loads(value),
    }
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


@pytest.mark.parametrize("kind", KINDS)
def test_update_is_as_written(kind):
    """The story's update of this kind is the golden file, byte by byte."""
    assert golden(story()[kind]) == (FOLDER / f"{kind}.json").read_bytes()


@pytest.mark.parametrize("kind", KINDS)
def test_golden_update_validates_and_reads_back(kind):
    """Each golden value fits the schema of `events` and is read back as the same update."""
    import jsonschema

    value = json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))["value"]
    jsonschema.Draft202012Validator(generate()["events.json"]).validate(value)
    assert from_record(json.dumps(value).encode()) == story()[kind]


if __name__ == "__main__":
    for name, update in story().items():
        (FOLDER / f"{name}.json").write_bytes(golden(update))

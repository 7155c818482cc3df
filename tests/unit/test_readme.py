"""README.md says only what is so: its code runs, its example is real, its commands and settings exist."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import click
import pytest

from streams.article import Read
from streams.cli import EXIT_CODES, cli
from streams.events import Update, to_record
from streams.pipeline import Pipeline
from streams.reading import Reading
from streams.settings import Settings
from streams.testing import FakeParley
from streams.track.fold import State, fold

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
FIRST_SEED = ROOT / "seeds" / "01-id-london-riyadh.json"


def blocks(language: str, text: str = README) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def table(heading: str) -> list[list[str]]:
    """The rows of the first table under a heading, without its head."""
    section = README.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def part_of(small: Any, large: Any) -> bool:
    """Whether all that `small` says is in `large`, at the same place."""
    if isinstance(small, dict):
        return isinstance(large, dict) and all(k in large and part_of(v, large[k]) for k, v in small.items())
    if isinstance(small, list):
        return isinstance(large, list) and len(small) == len(large) and all(map(part_of, small, large))
    return bool(small == large)


def readings(pipeline: Pipeline, paths: list[Path]) -> list[Reading]:
    """What the read agent would send on for these seeds."""
    found = []
    for path in paths:
        raw = path.read_bytes()
        result = pipeline.read(raw, key=None, received=datetime.fromisoformat(json.loads(raw)["published"]))
        assert isinstance(result, Read)
        found += [result.reading] if result.reading else []
    return found


def updates_of(paths: list[Path]) -> list[Update]:
    """What subscribers would get for these seeds, in order."""
    state, found = State(), []
    for reading in readings(Pipeline.load(), paths):
        state, updates = fold(state, reading, reading.article.received)
        found += updates
    return found


def test_the_quoted_sentence_is_in_the_sample():
    """The sentence on the first screen is one that newcomers find in the seeds."""
    quote = re.search(r"^> (.+)$", README, re.MULTILINE)
    assert quote is not None
    assert quote[1] in json.loads(FIRST_SEED.read_bytes())["text"]


def test_the_update_shown_is_the_one_that_comes():
    """The excerpt on the first screen is part of what really goes to the topic."""
    excerpt = json.loads(blocks("json")[0])
    records = [to_record(update, "") for update in updates_of([FIRST_SEED])]
    values = [json.loads(value) for topic, _, value, _ in records if topic == "events.peace-talks"]
    assert len(values) == 1
    by_id = sorted(values[0]["actors"], key=lambda actor: actor["id"])
    assert part_of(excerpt, {**values[0], "actors": by_id})


def test_part_of_tells_a_difference():
    """The comparison above is no formality: another value, a missing one or a longer list differ."""
    assert part_of({"a": [{"b": 1}]}, {"a": [{"b": 1, "c": 2}], "d": 3})
    assert not part_of({"a": 1}, {"a": 2})
    assert not part_of({"a": 1}, {})
    assert not part_of({"a": [1]}, {"a": [1, 2]})


def test_the_article_shown_is_accepted():
    """The JSON that README tells publishers to send is read and not rejected."""
    raw = blocks("json")[1].encode()
    assert isinstance(
        Pipeline.load().read(raw, key=None, received=datetime.fromisoformat("2025-03-26T12:30:00Z")), Read
    )


def test_the_subscriber_shown_runs(monkeypatch, capsys):
    """The Python on the first screen, run on the seeds, follows the Sudan talks through their four stages."""
    seeds = sorted((ROOT / "seeds").glob("*.json"))
    monkeypatch.setattr("streams.subscribe", FakeParley(updates_of(seeds)).subscribe)
    exec(compile(blocks("python")[0], "README.md", "exec"), {})
    stages = [line.split()[:2] for line in capsys.readouterr().out.splitlines()]
    assert stages == [
        ["new", "proposed"],
        ["development", "scheduled"],
        ["development", "under-way"],
        ["development", "concluded"],
    ]


def test_the_test_shown_passes():
    """The test that README offers to authors of subscribers runs and passes."""
    names: dict[str, Any] = {}
    exec(compile(blocks("python")[1], "README.md", "exec"), names)
    asyncio.run(names["test_desk_hears_of_the_denial"]())


def test_there_is_no_other_python():
    """Every Python block is run by one of the tests above."""
    assert len(blocks("python")) == 2


def test_every_command_is_explained():
    """The table of commands has each verb of the command line, and the text names no other."""
    verbs = {row[0].removeprefix("`parley ").removesuffix("`") for row in table("Commands")}
    named = set(re.findall(r"(?:`|bin/)parley ([a-z]+)", README))
    with click.Context(cli) as context:
        assert verbs == named == set(cli.list_commands(context))


def test_the_exit_codes_are_those_of_the_help():
    """README gives each exit code its meaning, as `parley --help` does."""
    meanings = "; ".join(f"{code} {meaning}" for code, meaning in EXIT_CODES.items())
    assert f"Exit codes: {meanings}." in README


def test_every_make_target_exists():
    """`make demo` and the others are targets of the Makefile."""
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"make ([a-z]+)", README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    assert {"demo", "test"} <= named <= targets


@pytest.mark.parametrize("row", table("Configuration"), ids=lambda row: row[0].strip("`"))
def test_every_setting_exists_with_this_default(row):
    """The table of settings names real ones and their real defaults."""
    default = getattr(Settings(), row[0].strip("`"))
    shown = "" if row[1] == "empty" else row[1].strip("`")
    assert shown == (f"{default:g}" if isinstance(default, float) else str(default or ""))


def test_every_path_exists():
    """Files and folders that the texts name are there."""
    texts = README + (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:streams|seeds|tests)/[\w./-]*)`", texts))
    paths |= set(re.findall(r"`([A-Z]\w+\.md|docker-compose\.yml)`", texts))
    assert "streams/pipeline.py" in paths
    assert [path for path in sorted(paths) if not (ROOT / path).exists()] == []


def test_families_and_stages_are_all_of_them():
    """README lists every family and every stage, in the order of the knowledge."""
    import typing

    from streams.detect.frames import families
    from streams.reading import Stage

    assert f"The families: {', '.join(families())}." in README
    assert f"The stages: {', '.join(typing.get_args(Stage))}." in README


def test_the_number_of_samples_is_right():
    """The demo shows as many articles as README says."""
    assert f"{len(list((ROOT / 'seeds').glob('*.json')))} sample articles" in README

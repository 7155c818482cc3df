"""What another run gives: updates gained, lost and changed."""

import json

from click.testing import CliRunner

from streams.commands.diff import command
from streams.difference import compare
from streams.events import to_record
from tests.stories import World, day, signal


def strike(place, *, killed, when=1):
    """A strike on a city."""
    return signal(
        "attacks", "concluded", "+RUS >UKR", place=place, country="UKR", when=day(when), killed=killed
    )


def run(*told):
    """The updates of a run: (article, signal, hours) one after the other."""
    world = World()
    for article, one, hours in told:
        world.tell(article, one, hours=hours)
    return world.told


KHARKIV, ODESA = ("k1", strike("Kharkiv", killed=2), 0), ("o1", strike("Odesa", killed=1), 1)
MORE = ("k2", strike("Kharkiv", killed=5), 20)


def test_a_run_does_not_differ_from_itself():
    """Everything is the same."""
    found = compare(run(KHARKIV, ODESA, MORE), run(KHARKIV, ODESA, MORE))
    assert (found.gained, found.lost, found.changed, found.same) == ([], [], [], 3)
    assert found.threads == (0, 0)


def test_what_only_one_run_has_is_gained_or_lost():
    """A thread that only the second run has is gained with all its updates, an update that it lacks is lost."""
    found = compare(run(KHARKIV, MORE), run(KHARKIV, ODESA))
    assert [update.place.name for update in found.gained] == ["Odesa"]
    assert [update.attributes["killed"] for update in found.lost] == [{"value": 5}]
    assert found.threads == (1, 0)


def test_what_the_same_article_says_otherwise_is_changed():
    """The field, before and after."""
    (changed,) = compare(run(KHARKIV), run(("k1", strike("Kharkiv", killed=3), 0))).changed
    assert [(one.field, one.old, one.new) for one in changed.fields] == [
        ("attributes", {"killed": {"value": 2}}, {"killed": {"value": 3}})
    ]


def test_threads_with_other_ids_are_paired_by_their_articles():
    """Another founding signal gives another id; the articles show that it is the same affair."""
    other = signal(
        "attacks", "concluded", "+RUS >UKR >POL", place="Kharkiv", country="UKR", when=day(1), killed=2
    )
    before, after = run(KHARKIV, MORE), run(("k1", other, 0), MORE)
    assert before[0].thread != after[0].thread
    found = compare(before, after)
    assert found.threads == (0, 0)
    assert {one.field for changed in found.changed for one in changed.fields} == {"actors"}


def test_a_repeat_on_the_topic_counts_once():
    """At-least-once delivery may write an update twice."""
    told = run(KHARKIV, MORE)
    assert compare(told, [told[0], told[0], told[1]]).same == 2


def test_the_command_compares_files(tmp_path):
    """`parley diff` reads what `parley replay` writes."""
    before, after = tmp_path / "before.jsonl", tmp_path / "after.jsonl"
    for path, told in ((before, run(KHARKIV, MORE)), (after, run(KHARKIV, ODESA))):
        path.write_bytes(b"".join(to_record(update, "")[2] + b"\n" for update in told))
    done = CliRunner().invoke(command, [str(before), str(after), "--json"])
    assert done.exit_code == 0, done.output
    assert [json.loads(line)["difference"] for line in done.stdout.splitlines()] == ["lost", "gained"]
    assert "1 gained, 1 lost, 0 changed, 1 the same; threads: 1 gained, 0 lost" in done.stderr


def test_the_command_names_a_line_that_is_no_update(tmp_path):
    """File and line."""
    path = tmp_path / "run.jsonl"
    path.write_text('{"thread": 1}\n')
    done = CliRunner().invoke(command, [str(path), str(path)])
    assert done.exit_code
    assert f"{path}: line 1 is no update" in str(done.exception)

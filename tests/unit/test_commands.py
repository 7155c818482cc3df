import json

import pytest
from click.testing import CliRunner

from streams.cli import COMMANDS, cli
from streams.commands.view import printable

ARTICLE = {
    "id": "a-1",
    "source": "Quayside Press",
    "published": "2026-03-11T12:00:00+00:00",
    "language": "en",
    "title": "Talks end in Geneva",
    "text": "GENEVA (Quayside Press) - Russia and Ukraine held peace talks in Geneva on Tuesday, officials said. "
    "The two delegations left the hotel without a word to the reporters who had waited since dawn.",
}


def run(*arguments, stdin=None):
    return CliRunner().invoke(cli, list(arguments), input=stdin)


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_has_help(name):
    """`--help` says what a command is for, in a sentence."""
    found = run(name, "--help")
    assert found.exit_code == 0
    assert "Usage:" in found.output
    assert len(found.output.splitlines()) > 3


def test_the_list_of_commands_says_what_each_is_for():
    """`parley --help` names every command with its line."""
    found = run("--help").output
    assert all(name in found for name in COMMANDS)


def test_detect_writes_signals_as_json_lines():
    """Articles in as JSON Lines, kept signals out as JSON Lines."""
    found = run("detect", "-", stdin=json.dumps(ARTICLE) + "\n")
    assert found.exit_code == 0
    (signal,) = [json.loads(line) for line in found.stdout.splitlines()]
    assert (signal["article"], signal["family"], signal["stage"]) == ("a-1", "peace-talks", "concluded")
    assert {actor["id"] for actor in signal["actors"]} == {"RUS", "UKR"}


def test_detect_names_what_it_cannot_read():
    """A bad article is named with its code and the exit code is 1; the others are read."""
    found = run("detect", "-", stdin="{broken\n" + json.dumps(ARTICLE) + "\n")
    assert found.exit_code == 1
    assert "not-json" in found.stderr
    assert "peace-talks" in found.stdout


def test_explain_shows_quote_offsets_and_rule(tmp_path):
    """For a person: the marked text, each signal with its quote and what fired."""
    path = tmp_path / "article.json"
    path.write_text(json.dumps(ARTICLE), encoding="utf-8")
    found = run("explain", str(path))
    assert found.exit_code == 0
    assert "peace-talks · concluded" in found.output
    assert "held peace talks in Geneva on Tuesday" in found.output
    assert "rule: en/hold-talks/" in found.output


def test_explain_asks_for_what_a_plain_text_does_not_say(tmp_path):
    """A text file without a date is no article until somebody says when it was published."""
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE["text"], encoding="utf-8")
    missing = run("explain", str(path))
    assert missing.exit_code == 1
    assert "--published" in missing.stderr
    assert run("explain", str(path), "--published", "2026-03-11").exit_code == 0


def test_a_day_in_a_file_s_name_is_when_it_was_published(tmp_path):
    """Archives name their texts by day; what the option says counts more."""
    path = tmp_path / "quayside-2026-03-11.txt"
    path.write_text(ARTICLE["text"], encoding="utf-8")
    assert "2026-03-11T00:00:00+00:00" in run("explain", str(path)).output
    assert "2026-03-12T00:00:00+00:00" in run("explain", str(path), "--published", "2026-03-12").output


def test_replay_gives_updates_and_traces():
    """Deliveries in order give updates; a repeated delivery touches its thread and changes nothing."""
    lines = "".join(json.dumps(ARTICLE) + "\n" for _ in range(2))
    updates = [json.loads(line) for line in run("replay", "-", stdin=lines).stdout.splitlines()]
    assert [(update["kind"], update["seq"]) for update in updates] == [("new", 1)]
    trace = [json.loads(line) for line in run("replay", "-", "--trace", stdin=lines).stdout.splitlines()]
    assert [(row["delivery"], row["effect"]) for row in trace] == [(1, "new"), (2, "none")]


def test_replay_reads_readings():
    """`--signals` takes records of the topic `signals` instead of articles."""
    found = run("replay", "-", "--signals", stdin='{"article": {"id": "x"}}\n')
    assert found.exit_code == 1
    assert "line 1" in found.stderr


def test_lint_names_a_proof_that_does_not_hold(tmp_path):
    """A wrong entry in a user's folder is named with its sentence, and the exit code is 1."""
    folder = tmp_path / "en"
    folder.mkdir()
    entry = '[[entry]]\nid = "odd"\nframe = "hold-talks"\nverbs = ["palavered"]\nexamples = ["France met Mali. => concluded FRA MLI"]\n'
    (folder / "lexicon.toml").write_text(entry, encoding="utf-8")
    found = run("lint", "en", "--knowledge", str(tmp_path))
    assert found.exit_code == 1
    assert "en/hold-talks/odd" in found.output


def test_an_overlay_adds_replaces_and_disables_entries(tmp_path):
    """A user's folder is laid over ours by entry id, without a new build."""
    folder = tmp_path / "en"
    folder.mkdir()
    entry = '[[entry]]\nid = "palaver"\nframe = "hold-talks"\nverbs = ["palavered"]\nexamples = ["France palavered with Mali."]\n'
    (folder / "lexicon.toml").write_text(entry, encoding="utf-8")
    text = "Ghana palavered with Togo in Accra on Tuesday, and the market women of the town complained about the noise."
    article = json.dumps({**ARTICLE, "title": "", "text": text}) + "\n"
    assert run("detect", "-", stdin=article).stdout == ""
    found = run("detect", "-", "--knowledge", str(tmp_path), stdin=article)
    assert json.loads(found.stdout)["rule"] == "en/hold-talks/palaver"


def test_topics_are_listed_without_a_broker():
    """`parley topics list` shows what `create` would make."""
    found = run("topics", "list", "--topic-prefix", "second.")
    assert "second.events.peace-talks" in found.output
    assert "second.threads" in found.output


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ('id = "x"\nframe = "no-such-frame"\nverbs = ["a"]\nexamples = ["b"]', "no-such-frame"),
        ('id = "x"\nframe = "meet"\nverbs = ["a"]', "no examples"),
        ('id = "x"\nframe = "meet"\nexamples = ["b"]', "neither verbs"),
        ('id = "x"\nframe = "meet"\nverbs = ["(a"]\nexamples = ["b"]', "bracket"),
        ('id = "x"\nframe = "meet"\nverbs = ["{nothing}"]\nexamples = ["b"]', "nothing"),
        ('id = "x"\nframe = "meet"\nverb = ["a"]\nexamples = ["b"]', "no field 'verb'"),
    ],
)
def test_a_wrong_entry_is_named_with_file_and_line(tmp_path, entry, problem):
    """What is wrong with a user's entry is said on one line: file, line, entry and what would be right."""
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "lexicon.toml").write_text(f"# mine\n\n[[entry]]\n{entry}\n", encoding="utf-8")
    found = run("lint", "en", "--knowledge", str(tmp_path))
    message = str(found.exception)
    assert problem in message
    assert f"{folder / 'lexicon.toml'}, line 3: entry x" in message


def test_a_publisher_cannot_give_a_terminal_orders():
    """Ids, names and keys come from outside: what a terminal would obey is shown as a mark instead."""
    assert printable("a\x1b[2J\r\x07 é 会") == "a\ufffd[2J\ufffd\ufffd é 会"

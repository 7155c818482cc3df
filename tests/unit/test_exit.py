"""How commands end: one line that says what to do, and the exit code that README gives."""

from __future__ import annotations

import logging
import sys
from datetime import datetime

import orjson
import pytest

from streams.cli import EXIT_CODES, main
from streams.commands.inputs import Plain, plain_text
from streams.parse import from_text
from streams.pipeline import Pipeline
from tests.unit.test_commands import ARTICLE

NOBODY = ("--broker", "127.0.0.1:1")
RECEIVED = "2026-03-11"


@pytest.fixture
def parley(monkeypatch, capfd, tmp_path):
    """Runs a command line in an empty folder: its exit code, standard output and standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PARLEY_HEALTH_PORT", "-1")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["parley", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return ended.value.code, out, err

    return run


@pytest.mark.parametrize(
    "command",
    [
        ("subscribe", "all"),
        ("topics", "create"),
        ("rejected", "list"),
        ("rejected", "show", "articles.rejected:0:1"),
        ("produce", "a.json"),
        ("worker",),
        ("bench", "--articles", "1", "--rounds", "1"),
    ],
    ids=" ".join,
)
def test_without_a_broker_one_line_says_what_to_do(parley, tmp_path, command):
    """No traceback, nothing that was left open, and no log of the client's."""
    (tmp_path / "a.json").write_bytes(orjson.dumps(ARTICLE))
    code, _, err = parley(*command, *NOBODY)
    assert err.startswith("parley: no broker answers at 127.0.0.1:1: start one (`parley up`)")
    assert (code, err.count("\n")) == (3, 1)
    assert logging.getLogger("aiokafka").level == logging.NOTSET


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("explain", "none.txt"), "none.txt: no such file"),
        (("explain", "."), ".: is a folder; give a file"),
        (("replay", "none.jsonl"), "none.jsonl: no such file"),
        (("replay", "none.txt"), "none.txt: no such file"),
        (("replay", "."), ".: is a folder; give a file"),
        (("detect", "none"), "none: no such file or folder"),
        (("detect", "."), ".: no files that end in .json, .jsonl, .txt"),
        (("produce", "none", *NOBODY), "none: no such file or folder"),
        (("rejected", "show", "bla", *NOBODY), "'bla' is no position: write topic:partition:offset"),
        (("subscribe", "foo", *NOBODY), "'foo' is none of all, peace-talks, ceasefires"),
        (("detect",), "Missing argument 'FILE|DIR|-'; see `parley detect --help`"),
        (("worker", "--log-level", "LOUD"), "'LOUD' is not one of"),
    ],
)
def test_what_was_given_wrong_is_named(parley, command, said):
    """Wrong usage and files that cannot be read end with 2, and one line names them."""
    code, _, err = parley(*command)
    assert said in err
    assert (code, err.count("\n")) == (2, 1)


def test_a_plain_text_without_its_time_is_rejected(parley, tmp_path):
    """`detect` says which option is missing, and with it reads the text."""
    (tmp_path / "a.txt").write_text(ARTICLE["text"], encoding="utf-8")
    code, _, err = parley("detect", "a.txt")
    assert (code, err.count("\n")) == (1, 1)
    assert "a.txt: bad-date" in err
    assert "--published" in err
    code, out, _ = parley("detect", "a.txt", "--published", RECEIVED)
    assert (code, orjson.loads(out)["family"]) == (0, "peace-talks")


def test_a_plain_text_is_one_delivery(parley, tmp_path):
    """`replay` takes a text file as it takes a line of JSON."""
    (tmp_path / "a.txt").write_text(ARTICLE["text"].replace(". ", ".\n\n"), encoding="utf-8")
    code, out, err = parley("replay", "a.txt", "--published", RECEIVED)
    assert (code, err) == (0, "")
    assert [orjson.loads(line)["family"] for line in out.splitlines()] == ["peace-talks"]


def test_bytes_that_are_no_text_are_rejected(parley, tmp_path):
    """The file and the first bad byte are named."""
    (tmp_path / "a.txt").write_bytes(b"GENEVA \xff")
    code, _, err = parley("detect", "a.txt", "--published", RECEIVED)
    assert (code, err) == (1, "parley: a.txt: not-utf8: byte 7 is no UTF-8; save the file as UTF-8\n")


def test_a_plain_text_reads_the_same_by_every_command(tmp_path):
    """What goes out as JSON has the headline and text that `explain` shows of the file, so offsets agree."""
    path = tmp_path / f"a-{RECEIVED}.txt"
    path.write_text(f"{ARTICLE['title']}\n\n{ARTICLE['text']}".replace(" of ", "\nof "), encoding="utf-8")
    sent = orjson.loads(plain_text(path, Plain()))
    read = (
        Pipeline.load()
        .read(orjson.dumps(sent), received=datetime.fromisoformat(sent["published"]))
        .enriched.article
    )
    shown = from_text(path.read_text(encoding="utf-8"), received=read.received, published=read.published)
    assert (read.title, read.text, read.source) == (shown.title, shown.text, shown.source)
    assert read.title == ARTICLE["title"]


def test_the_help_explains_every_exit_code(parley):
    """`parley --help` ends with them."""
    code, out, _ = parley("--help")
    shown = " ".join(out.split("Exit codes:")[1].split())
    assert code == 0
    assert shown == " ".join(f"{number} {meaning}" for number, meaning in EXIT_CODES.items())

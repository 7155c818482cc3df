"""The guides of CONTRIBUTING.md, followed to the letter in an empty folder."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from streams.cli import cli

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")


def guide(heading: str) -> str:
    """The text of one guide."""
    return TEXT.split(f"### {heading}\n", 1)[1].split("\n## ", 1)[0].split("\n### ", 1)[0]


def blocks(text: str, kind: str) -> list[str]:
    """Its fenced blocks of one kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("what", ["Add a language", "Add a family", "Correct a rule"])
def test_a_guide_can_be_followed_to_the_letter(what, tmp_path, monkeypatch):
    """Its files are written as they stand there; each command ends well and prints what the guide shows."""
    monkeypatch.chdir(tmp_path)
    steps = guide(f"{what}, step by step")
    for block in blocks(steps, "toml"):
        path = Path(block.splitlines()[0].removeprefix("# "))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block, encoding="utf-8")
    Path("article.json").write_text(blocks(steps, "json")[0], encoding="utf-8")
    commands = [block.split("\n", 1) for block in blocks(steps, "console")]
    assert len(commands) > 1
    for command, printed in commands:
        arguments = shlex.split(command)
        assert arguments[:2] == ["$", "parley"]
        done = CliRunner().invoke(cli, arguments[2:])
        assert done.exit_code == 0, done.output
        for line in printed.splitlines():
            assert line in done.stdout.splitlines()

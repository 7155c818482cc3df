"""What an earlier revision of this repository finds, for comparison."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import orjson

from streams.errors import SettingsError
from streams.evaluation.gold import Event, Labelled

ROOT = Path(__file__).resolve().parents[2]


def signals_at(revision: str, items: Iterable[Labelled]) -> dict[str, list[Event]]:
    """All signals by article id as code and knowledge of `revision` find them. Raises `SettingsError` when git
    has no such revision or its `detect` fails.
    """
    articles = b"\n".join(orjson.dumps(item.article) for item in items)
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        run(["git", "-C", str(ROOT), "worktree", "add", "--detach", "--quiet", str(tree), revision])
        try:
            found = run(
                [sys.executable, "-m", "streams.cli", "detect", "--all", "-"],
                cwd=tree,
                env=os.environ | {"PYTHONPATH": str(tree)},
                given=articles,
            )
        finally:
            run(["git", "-C", str(ROOT), "worktree", "remove", "--force", str(tree)])
    signals: dict[str, list[Event]] = {}
    for line in found.splitlines():
        signal = orjson.loads(line)
        signals.setdefault(signal["article"], []).append(signal)
    return signals


def run(
    arguments: list[str], *, cwd: Path | None = None, env: dict[str, str] | None = None, given: bytes = b""
) -> bytes:
    """What a command writes. Raises `SettingsError` with the last line of its complaint when it fails."""
    # git and ourselves, with arguments of our own
    done = subprocess.run(  # noqa: S603 # nosec B603
        arguments, cwd=cwd, env=env, input=given, capture_output=True, check=False
    )
    if done.returncode != 0:
        reason = done.stderr.decode(errors="replace").strip().splitlines()
        raise SettingsError(f"{arguments[0]}: {reason[-1] if reason else f'exit code {done.returncode}'}")
    return done.stdout

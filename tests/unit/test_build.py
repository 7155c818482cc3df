import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES

import pytest

from streams import build


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A source tree of its own, so that no test touches what is compiled here."""
    for module in build.MODULES:
        path = tmp_path / module
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
        os.utime(path, (1000, 1000))
    monkeypatch.setattr(build, "ROOT", tmp_path)
    return tmp_path


def compile_at(tree, seconds):
    for module in build.MODULES:
        path = (tree / module).with_suffix(EXTENSION_SUFFIXES[0])
        path.write_bytes(b"")
        os.utime(path, (seconds, seconds))


def test_every_listed_module_is_there():
    """The list names modules of the package, so a renamed one cannot silently stay uncompiled."""
    assert [module for module in build.MODULES if not (build.ROOT / module).is_file()] == []


def test_sources_alone_are_never_stale(tree):
    """Where nothing is compiled nothing can be older than its source."""
    assert build.stale() == []


def test_a_source_that_changed_after_compiling_is_named(tree):
    """Whoever edits a compiled module is told which one runs in an older version."""
    compile_at(tree, 2000)
    assert build.stale() == []
    os.utime(tree / "streams/detect/match.py", (3000, 3000))
    assert build.stale() == ["streams/detect/match.py"]


def test_without_a_compiler_parley_runs_from_its_sources(tree, monkeypatch, capsys):
    """No C compiler is no error: one line says so, and no older compiled module stays behind."""
    compile_at(tree, 2000)
    monkeypatch.setenv("CC", "no-such-compiler")
    build.main()
    assert "no C compiler (no-such-compiler)" in capsys.readouterr().out
    assert build.extensions() == []


def test_what_mypyc_complains_of_is_shown(tree, monkeypatch, capsys):
    """A module that cannot be compiled is no error either; the reason is printed."""

    def fails():
        sys.stdout.write("streams/detect/match.py:1: error: no such type")
        raise SystemExit(1)

    monkeypatch.setattr(build, "build", fails)
    monkeypatch.setattr(build, "_missing", lambda: None)
    build.main()
    assert "error: no such type" in capsys.readouterr().out

"""Compiles the modules that take most of the time of reading: `python -m streams.build`.

mypyc turns typed Python into C extensions that stand beside their sources and are imported instead of them.
Everything works without: where there is no C compiler or no mypy, Parley runs as plain Python, slower. Nothing
here is imported when Parley runs, except to say whether it is compiled.
"""

from __future__ import annotations

import importlib.util
import io
import os
import shutil
import sys
import sysconfig
import tempfile
from contextlib import redirect_stderr, redirect_stdout
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds the package `streams`: the source tree, or site-packages."""

_DETECT = (
    "actors", "alphabet", "blame", "candidate", "casting", "cities", "clause", "complete", "detector", "evidence", "filled", "frames", "gapped", "grammar", "groups", "judge", "lexicon", "match",
    "measures", "memory", "merge", "names", "nouns", "patterns", "recast", "roles", "senses", "signals", "stage", "structure", "subjects", "times", "tokens",
    "towns", "traits", "verb_last", "where_when",
)  # fmt: skip
_ENRICH = ("dates", "forms", "language", "periods", "processes", "source", "text")
_TRACK = (
    "closing", "copies", "figures", "fold", "found", "join", "look", "merge_claims", "mistakes", "overdue", "pack", "present", "revert", "same", "speaker", "stages", "state", "valid", "versions",
)  # fmt: skip
MODULES = (
    *(f"streams/detect/{name}.py" for name in _DETECT),
    *(f"streams/enrich/{name}.py" for name in _ENRICH),
    *(f"streams/track/{name}.py" for name in _TRACK),
    "streams/clean.py",
    "streams/dateline.py",
    "streams/fields.py",
    "streams/parse.py",
    "streams/plaintext.py",
)
"""Modules that are compiled: those that run for every article, and the classes that they use most."""

_GROUP = "streams"
_CONFIG = "[mypy]\nignore_missing_imports = true\n"


def extensions() -> list[Path]:
    """The compiled modules that are there."""
    found = [ROOT / f"{_GROUP}__mypyc{suffix}" for suffix in EXTENSION_SUFFIXES]
    found += [(ROOT / module).with_suffix(suffix) for module in MODULES for suffix in EXTENSION_SUFFIXES]
    return [path for path in found if path.is_file()]


def stale() -> list[str]:
    """The sources that are newer than what was compiled from them: what runs is not what they say."""
    built = min((path.stat().st_mtime for path in extensions()), default=None)
    if built is None:
        return []
    return [module for module in MODULES if (ROOT / module).stat().st_mtime > built]


def compiled() -> bool:
    """Whether Parley runs with compiled modules."""
    spec = importlib.util.find_spec("streams.detect.match")
    return spec is not None and spec.origin is not None and not spec.origin.endswith(".py")


def build() -> None:
    """Compiles in place. Raises whatever mypyc or the C compiler has to complain of."""
    from mypyc.build import mypycify  # noqa: PLC0415 - not there where Parley only runs
    from setuptools import Distribution  # noqa: PLC0415 - as above

    os.chdir(ROOT)  # mypyc names modules by their paths from here
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "mypy.ini"
        config.write_text(_CONFIG, encoding="utf-8")
        modules = mypycify(
            ["--config-file", str(config), *MODULES],
            opt_level="3",
            debug_level="0",
            target_dir=folder,
            group_name=_GROUP,
        )
        command = Distribution({"name": "parley", "ext_modules": modules, "verbose": 0}).get_command_obj(
            "build_ext"
        )
        command.inplace = True
        command.build_temp = command.build_lib = folder
        command.ensure_finalized()
        command.run()


def _missing() -> str | None:
    """What it takes to compile and is not here."""
    compiler = (os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler})"
    return next(
        (f"no {name}" for name in ("mypyc", "setuptools") if importlib.util.find_spec(name) is None), None
    )


def main() -> None:
    """Compiles, or says why not. Modules of an earlier build never stay beside newer sources."""
    for path in extensions():
        path.unlink()
    missing, log = _missing(), io.StringIO()
    if missing is None:
        try:
            with redirect_stdout(log), redirect_stderr(log):
                build()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever goes wrong, plain Python still works
            for path in extensions():
                path.unlink()
            missing = f"{log.getvalue()}{type(error).__name__}: {error}"
    if missing is None:
        sys.stdout.write(f"compiled {len(MODULES)} modules\n")
    else:
        sys.stdout.write(f"not compiled: {missing}; Parley runs as plain Python, which is slower\n")


if __name__ == "__main__":
    main()

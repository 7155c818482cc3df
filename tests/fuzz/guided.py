"""Coverage-guided inputs by atheris, where it is installed: `python -m tests.fuzz.guided html 7 10000 600 FOLDER`.

It runs in a process of its own from a copy of the sources, because compiled modules tell nothing of what they
cover. Each fault is written to the folder as the finding is; the process goes on behind it.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
INSTRUMENTED = (
    "streams.parse", "streams.fields", "streams.clean", "streams.plaintext", "streams.dateline", "streams.pipeline", "streams.enrich", "streams.detect", "streams.kafka.rejected", "streams.kafka.guard", "streams.subscription",
)  # fmt: skip
MOST_BYTES = 4096
RESULT = "result.json"


def available() -> bool:
    """Whether atheris is installed: it has wheels for Linux on x86-64."""
    return importlib.util.find_spec("atheris") is not None


def start(surface: str, seed: int, count: int, seconds: float, out: Path) -> subprocess.Popen[bytes]:
    """A process that runs `count` inputs, fewer when they take longer than `seconds`. What it found is in the folder
    `out` when it has ended.
    """
    out.mkdir(parents=True, exist_ok=True)
    plain = Path(tempfile.mkdtemp(prefix="fuzz-plain-"))
    for part in ("streams", "tests", "seeds"):
        shutil.copytree(
            ROOT / part, plain / part, ignore=shutil.ignore_patterns("*.so", "__pycache__", "evals")
        )
    command = [
        sys.executable,
        "-m",
        "tests.fuzz.guided",
        surface,
        str(seed),
        str(count),
        str(int(seconds)),
        str(out.resolve()),
    ]
    path = os.pathsep.join(filter(None, (str(plain), os.environ.get("PYTHONPATH", ""))))
    log = (out / "log").open("wb")
    return subprocess.Popen(
        command,
        cwd=plain,
        env={**os.environ, "PYTHONPATH": path, "TMPDIR": tempfile.gettempdir()},
        stdout=log,
        stderr=log,
    )


def main(surface_name: str, seed: str, count: str, seconds: str, out: str) -> None:
    """Runs in the process of its own. Never returns: libFuzzer ends the process."""
    import atheris

    with atheris.instrument_imports(include=list(INSTRUMENTED)):
        from tests.fuzz.engines import Tally, judge, resident
        from tests.fuzz.surfaces import BY_NAME
        from tests.fuzz.words import codes, fill_pools

    surface = BY_NAME[surface_name]
    fill_pools(int(seed), 60)
    tally = Tally(surface.name, "atheris")
    corpus = Path(tempfile.mkdtemp(prefix="fuzz-corpus-"))
    import random

    dice = random.Random(int(seed))
    for number in range(200):
        (corpus / str(number)).write_bytes(surface.make(dice)[:MOST_BYTES])
    assert codes()
    before: list[int] = []
    report = Path(out) / RESULT

    def one(data: bytes) -> None:
        judge(surface, data, tally)
        if tally.inputs == 300:
            before.append(resident())
        if tally.inputs % 200 == 0 or tally.inputs >= int(count):
            tally.grown = max(tally.grown, resident() - before[0] if before else 0)
            _write(report, tally)

    arguments = [
        sys.argv[0],
        f"-seed={seed}",
        f"-runs={count}",
        f"-max_total_time={seconds}",
        f"-max_len={MOST_BYTES}",
        "-rss_limit_mb=0",
        "-timeout=60",
        str(corpus),
    ]
    atheris.Setup(arguments, one)
    atheris.Fuzz()


def _write(path: Path, tally: Any) -> None:
    found = [[one.fault, one.data.hex()] for one in tally.findings.values()]
    facts = {
        "inputs": tally.inputs,
        "crashes": tally.crashes,
        "slowest": tally.slowest,
        "grown": tally.grown,
        "findings": found,
    }
    path.write_text(json.dumps(facts), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])

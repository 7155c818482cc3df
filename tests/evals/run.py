"""Scores detection on gold files: `python -m tests.evals.run id.dev en.dev [--errors N]`; `--raise` raises the floors."""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from datetime import datetime
from pathlib import Path

from streams.article import Read
from streams.pipeline import Pipeline
from streams.wire import encode
from tests.evals.score import figures, report

GOLD = Path(__file__).parent / "gold"
FLOORS = Path(__file__).parent / "floors.toml"
_HEAD = """# F1 on the gold files below which a change is refused; alarms: articles without events that raise one.
# Raised by `python -m tests.evals.run --raise` when detection got better; never lowered.
"""


def signals_of(gold: list[dict], pipeline: Pipeline) -> dict[str, list[dict]]:
    """Kept signals by article id, as JSON objects."""
    found: dict[str, list[dict]] = {}
    for item in gold:
        article = item["article"]
        read = pipeline.read(
            json.dumps(article).encode(), received=datetime.fromisoformat(article["published"])
        )
        assert isinstance(read, Read), read
        signals = json.loads(encode(read.enriched.signals))
        found[article["id"]] = [signal for signal in signals if signal["kept"]]
    return found


def raise_floors(pipeline: Pipeline) -> None:
    """Writes for every gold file the better of its floor and what is reached, in hundredths rounded down."""
    floors = tomllib.loads(FLOORS.read_text(encoding="utf-8"))
    text = [_HEAD]
    for path in sorted(GOLD.glob("*.jsonl")):
        gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        found = figures(gold, signals_of(gold, pipeline))
        floor = floors.get(path.stem, {"strict": 0.0, "family": 0.0, "alarms": len(gold)})
        strict, family = (max(floor[name], int(found[name] * 100) / 100) for name in ("strict", "family"))
        alarms = min(floor["alarms"], found["alarms"])
        text.append(f'["{path.stem}"]\nstrict = {strict}\nfamily = {family}\nalarms = {alarms}\n')
    FLOORS.write_text("\n".join(text), encoding="utf-8")


def main() -> None:
    """Prints the figures of each named gold file (or path)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", nargs="*")
    parser.add_argument(
        "--raise", dest="floors", action="store_true", help="write what is reached to floors.toml"
    )
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--language")
    arguments = parser.parse_args()
    pipeline = Pipeline.load()
    if arguments.floors:
        raise_floors(pipeline)
    for name in arguments.gold:
        path = Path(name) if Path(name).exists() else GOLD / f"{name}.jsonl"
        gold = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        if arguments.language:
            gold = [item for item in gold if item["article"]["language"] in arguments.language.split(",")]
        sys.stdout.write(f"{path.name}\n")
        sys.stdout.write(report(gold, signals_of(gold, pipeline), errors=arguments.errors) + "\n")


if __name__ == "__main__":
    main()

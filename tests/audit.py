"""Ask whether a package that Parley is built, run or tested with has a known weakness: `python -m tests.audit`.

pip-audit ends well when it could ask about nothing, so its answer is read: a weakness fails, and what nobody could
be asked about is said in so many words.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
SECONDS = 300.0

IGNORED: dict[str, str] = {}
"""Weaknesses that do not concern us by their id, each with the reason."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known of the packages: `weak` ones by name with the ids, how many were `asked`, and `unasked` ones."""

    weak: dict[str, list[str]]
    asked: int
    unasked: list[str]

    def report(self) -> str:
        """One line on each weakness, then one on what could be asked."""
        lines = [f"{name}: {', '.join(ids)}" for name, ids in self.weak.items()]
        if self.asked:
            lines.append(f"{self.asked} packages asked about, {len(self.weak)} with known weaknesses")
        if self.unasked:
            lines.append(
                f"NOT AUDITED: the service did not answer for {len(self.unasked)} packages "
                f"({', '.join(self.unasked[:3])}{' …' if len(self.unasked) > 3 else ''}): nothing is known of them"
            )
        return "\n".join(lines)

    @property
    def code(self) -> int:
        """1 for a weakness, else 0: a service that is away is no reason to stop work."""
        return int(bool(self.weak))


def read(answer: str, packages: Sequence[str]) -> Verdict:
    """What pip-audit's JSON says of the packages; all are unasked when there is none."""
    try:
        rows = json.loads(answer)["dependencies"]
    except (json.JSONDecodeError, KeyError, TypeError):
        return Verdict({}, 0, list(packages))
    asked = [row for row in rows if "skip_reason" not in row]
    weak = {
        f"{row['name']} {row['version']}": [one["id"] for one in row["vulns"]]
        for row in asked
        if row["vulns"]
    }
    known = {row["name"].lower().replace("_", "-") for row in asked}
    unasked = [one for one in packages if one.lower().replace("_", "-") not in known]
    return Verdict(weak, len(asked), unasked)


def main() -> int:
    """Ask, report, and say by the exit code whether something is wrong."""
    pins = [line for line in CONSTRAINTS.read_text().splitlines() if line and not line.startswith("#")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "requirements.txt"
        path.write_text("\n".join(pins))
        arguments = ["--requirement", str(path), "--no-deps", "--disable-pip", "--format", "json"]
        ignored = [part for one in IGNORED for part in ("--ignore-vuln", one)]
        try:
            done = subprocess.run(
                [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", *arguments, *ignored],
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
            )
            answer = done.stdout
        except subprocess.TimeoutExpired:
            answer = ""
    verdict = read(answer, [pin.split("==")[0] for pin in pins])
    sys.stdout.write(verdict.report() + "\n")
    return verdict.code


if __name__ == "__main__":
    sys.exit(main())

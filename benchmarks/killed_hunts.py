"""Kill a hunt at random moments, let the next one go on with its cache, and compare the last report with a plain one.

::

    python benchmarks/killed_hunts.py FOLDER [KILLS]
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

_LATEST = 0.9
"""The part of the time of a whole hunt after which none is killed."""


def _command(folder: str, output: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "webshellhunt", "hunt", folder, "--quiet", "--output", str(output), *words]


def _records(output: Path) -> list[dict[str, Any]]:
    """Return the lines of a report without the time of the hunt."""
    records = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    for record in records:
        record.pop("started_utc", None)
    return records


def main(folder: str, kills: int) -> int:
    """Return 0 if the report after all kills is that of a hunt that nobody killed."""
    with tempfile.TemporaryDirectory() as work:
        plain, last, cache = (Path(work) / name for name in ("plain.jsonl", "last.jsonl", "hunt.cache"))
        begun = time.monotonic()
        subprocess.run(_command(folder, plain), check=False)
        whole = time.monotonic() - begun
        killed = 0
        for _ in range(kills):
            process = subprocess.Popen(_command(folder, last, "--cache", str(cache)))
            try:
                process.wait(random.uniform(0, whole * _LATEST))  # noqa: S311
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                killed += 1
        subprocess.run(_command(folder, last, "--cache", str(cache)), check=False)
        is_equal = _records(plain) == _records(last)
        print(f"killed {killed} of {kills} times, {whole:.1f} s whole; the report is {'' if is_equal else 'NOT '}equal")
        return 0 if is_equal else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 10))

"""Benchmark: how fast the shipped baseline is there, and how fast it answers.

usage: python -m benchmarks.baseline

Loading is timed in new processes, import included; look-ups in this one, over a sample of all paths.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from webshellhunt.baselines.known_contents import SHIPPED, load_baselines
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role

_RUNS = 9
_EVERY = 7
_LOADING = (
    "import time, webshellhunt; start = time.perf_counter();"
    "from webshellhunt.baselines.known_contents import load_baselines;"
    "load_baselines(); print(time.perf_counter() - start)"
)
_INSTALL = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess"


def main() -> int:
    """Print the figures."""
    loading = [float(subprocess.check_output([sys.executable, "-c", _LOADING])) for _ in range(_RUNS)]
    print(f"loading, import included, median of {_RUNS}: {statistics.median(loading) * 1000:.1f} ms")
    print(f"file: {SHIPPED.stat().st_size:,} bytes")
    baselines = load_baselines()
    shipped = baselines.members[-1]
    asked = []
    for key in list(shipped.iter_keys())[::_EVERY]:
        path = f"{_INSTALL}\\" + key.replace("/", "\\")
        digest = shipped.contents(key)[0].digest + "0" * 32
        asked.append((Artifact(path.replace("\\", "/"), path, Role.GIVEN, 0), digest))
    for word, change in (("known", ""), ("changed", "f" * 64)):
        start = time.perf_counter()
        for artifact, digest in asked:
            baselines.standing(artifact, change or digest, ("15.2.858.5",))
        each = (time.perf_counter() - start) / len(asked)
        print(f"look-up of a {word} file: {each * 1e6:.1f} µs ({len(asked):,} files)")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tests.fuzz``: campaigns at one door, or at all of them; see ``README.md`` beside this file."""

from __future__ import annotations

import argparse
import json
import mmap
import random
import struct
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.fuzz.campaign import Campaign
from tests.fuzz.finds import write_find
from tests.fuzz.targets import all_doors

_HEAD = struct.Struct("<I")
_MOST_BYTES = 1 << 22
_MEMORY_BYTES = 3 << 30


def _limit_memory() -> None:
    """Let a door that needs too much memory fail, where the system can."""
    try:
        import resource
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, hard))


def _notes(path: str) -> Callable[[bytes], None]:
    """Return what keeps the present input in a file, for a parent that sees this process crash."""
    with Path(path).open("r+b") as stream:
        kept = mmap.mmap(stream.fileno(), _MOST_BYTES)

    def note(data: bytes) -> None:
        kept[: _HEAD.size + len(data)] = _HEAD.pack(len(data)) + data

    return note


def _run_one(options: argparse.Namespace) -> int:
    """Run a campaign at one door in this process."""
    if options.atheris:
        from tests.fuzz.with_atheris import fuzz

        fuzz(all_doors()[options.target], options.rest)
        return 0
    campaign = Campaign(all_doors()[options.target], options.seed, _notes(options.notes) if options.notes else None)
    result = campaign.run(options.seconds, options.executions)
    print(json.dumps(result.as_dict()), flush=True)  # noqa: T201 - the output of this program
    for message, data in result.finds:
        place = write_find(Path(options.finds), result.door, data)
        print(f"{place}: {message}", file=sys.stderr)  # noqa: T201
    return 1 if result.finds else 0


def _run_all(options: argparse.Namespace) -> int:
    """Run a campaign at each door in a process of its own, each for an equal share of the time, in turns."""
    status, until = 0, time.monotonic() + options.hours * 3600
    names = [name for name in all_doors() if not options.only or name.startswith(tuple(options.only.split(",")))]
    seed, turn = options.seed, options.seconds
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "input"
        while time.monotonic() < until:
            for name in names:
                if time.monotonic() >= until:
                    break
                notes.write_bytes(bytes(_MOST_BYTES))
                words = [sys.executable, "-m", "tests.fuzz", name, "--seed", str(seed), "--seconds", str(turn)]
                words += ["--finds", options.finds, "--notes", str(notes)]
                done = subprocess.run(words, stdout=subprocess.PIPE, check=False)
                sys.stdout.buffer.write(done.stdout)
                sys.stdout.flush()
                status = status or done.returncode
                if done.returncode not in (0, 1):
                    kept = notes.read_bytes()
                    data = kept[_HEAD.size :][: _HEAD.unpack_from(kept)[0]]
                    place = write_find(Path(options.finds), name, data)
                    print(f"{place}: the process ended with {done.returncode}", file=sys.stderr)  # noqa: T201
            seed += 1
    return status


def main(words: Sequence[str] | None = None) -> int:
    """Run what the words of the command line say, and return the status: 1 if something was found."""
    parser = argparse.ArgumentParser("python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", nargs="?", help="the name of a door; without one, all of them in turns")
    parser.add_argument("--list", action="store_true", help="print the names of all doors")
    parser.add_argument("--seconds", type=float, default=60, help="seconds of the processor for a campaign")
    parser.add_argument("--executions", type=int, help="the most executions")
    parser.add_argument("--hours", type=float, default=4, help="hours for all doors together")
    parser.add_argument("--only", default="", help="of all doors, only those with these beginnings, by commas")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--finds", default="fuzz-finds", help="the folder for finds, as defanged text")
    parser.add_argument("--atheris", action="store_true", help="let atheris choose the inputs; its options follow --")
    parser.add_argument("--notes", help=argparse.SUPPRESS)
    parser.add_argument("rest", nargs="*", help=argparse.SUPPRESS)
    options = parser.parse_args(words)
    if options.list:
        print("\n".join(all_doors()))  # noqa: T201
        return 0
    if options.target is None:
        return _run_all(options)
    if options.target not in all_doors():
        parser.error(f"there is no door {options.target!r}; --list names all of them")
    return _run_one(options)


if __name__ == "__main__":
    warnings.simplefilter("error")
    _limit_memory()
    sys.exit(main())

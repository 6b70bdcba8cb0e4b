"""Make the locks of ``.ci/locks``: each package with its version and the SHA-256 of its files.

::

    python -m tools.locks               make those whose requirements in pyproject.toml changed
    python -m tools.locks --upgrade     take the newest versions that pyproject.toml allows
    python -m tools.locks --check       exit status 1 if one does not agree with pyproject.toml; no network

uv resolves them (the extra ``release`` has it). Install from one with ``pip install --require-hashes -r``.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

TOP: Final = Path(__file__).resolve().parents[1]
FOLDER: Final = TOP / ".ci" / "locks"
NAME: Final = "webshellhunt"
RUN_TIME_EXTRAS: Final = ("events", "encrypted", "view-state")
"""The extras whose packages the portable folder has; none of them is under another kind of licence."""

_EACH = ("--universal", "--python-version", "3.11")
_WINDOWS = ("--python-platform", "x86_64-pc-windows-msvc", "--python-version", "3.13", "--only-binary", ":all:")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==(\S+)(?: ; (.+?))? \\$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")
_DIGEST = re.compile(r"^# requirements: ([0-9a-f]{64})$", re.MULTILINE)


class Lock(NamedTuple):
    """The extras that a lock is for, and how uv resolves it."""

    extras: tuple[str, ...]
    options: tuple[str, ...]


LOCKS: Final[Mapping[str, Lock]] = {
    "ci.txt": Lock(("dev",), _EACH),
    "release.txt": Lock(("release",), _EACH),
    "runtime.txt": Lock(RUN_TIME_EXTRAS, _EACH),
    "portable-win_amd64.txt": Lock(RUN_TIME_EXTRAS, _WINDOWS),
}
"""``release.txt`` makes packages only, so it has not the requirements of webshellhunt itself."""


class Pin(NamedTuple):
    """A package of a lock: its version, the marker of its environments, and the digests of its files."""

    version: str
    marker: str
    sha256: frozenset[str]


def requirements(name: str) -> list[str]:
    """Return the requirements of a lock, as in ``pyproject.toml``; extras of the project itself are resolved."""
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    found = [] if name == "release.txt" else [str(each) for each in project["dependencies"]]
    for extra in LOCKS[name].extras:
        found += _of_extra(project["optional-dependencies"], extra, "")
    return sorted(set(found))


def _of_extra(extras: Mapping[str, list[str]], name: str, marker: str) -> Iterator[str]:
    for each in map(Requirement, extras[name]):
        # An extra of the project may have a marker (none is nested), which holds for all of its packages.
        joined = " and ".join(f"({text})" for text in (marker, str(each.marker or "")) if text)
        if each.name == NAME:
            for inner in sorted(each.extras):
                yield from _of_extra(extras, inner, joined)
            continue
        each.marker = None
        yield f"{each}; {joined}" if joined else str(each)


def digest(name: str) -> str:
    """Return the digest of the requirements of a lock and of the way to resolve them."""
    return hashlib.sha256("\n".join([*requirements(name), *LOCKS[name].options]).encode()).hexdigest()


def pins(name: str, text: str | None = None) -> dict[str, list[Pin]]:
    """Return the packages of a lock by their names; one with several versions has disjoint markers."""
    text = (FOLDER / name).read_text(encoding="utf-8") if text is None else text
    found = dict[str, list[Pin]]()
    starts = list(_PIN.finditer(text))
    for match, after in zip(starts, [*(each.start() for each in starts[1:]), len(text)], strict=True):
        hashes = frozenset(_HASH.findall(text, match.end(), after))
        found.setdefault(canonicalize_name(match[1]), []).append(Pin(match[2], match[3] or "", hashes))
    return found


def problems(name: str, text: str | None = None) -> Iterator[str]:
    """Yield a sentence for each way in which a lock does not agree with ``pyproject.toml``."""
    text = (FOLDER / name).read_text(encoding="utf-8") if text is None else text
    made_of = _DIGEST.search(text)
    if made_of is None or made_of[1] != digest(name):
        yield f"{name} was made of other requirements than those of pyproject.toml"
    found = pins(name, text)
    for package, versions in found.items():
        if not all(pin.sha256 for pin in versions):
            yield f"{name}: {package} has no digest"
    for each in map(Requirement, requirements(name)):
        versions = found.get(canonicalize_name(each.name), [])
        if not versions and name.startswith("portable") and each.marker is not None:
            continue  # it is for other versions of Python
        if not versions or not all(each.specifier.contains(pin.version) for pin in versions):
            yield f"{name} has no version of {each}"


def make(name: str, *, upgrade: bool) -> None:
    """Resolve a lock anew; versions that still fit stay, unless ``upgrade`` is true."""
    path = FOLDER / name
    with tempfile.TemporaryDirectory() as folder:
        inputs = Path(folder) / "requirements.in"
        inputs.write_text("\n".join(requirements(name)) + "\n", encoding="utf-8")
        command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--generate-hashes", "--no-header"]
        command += ["--no-annotate", *LOCKS[name].options, *(["--upgrade"] if upgrade else []), str(inputs)]
        subprocess.run([*command, "--output-file", str(path)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
    head = f"# Made by `python -m tools.locks`. Change pyproject.toml, not this file.\n# requirements: {digest(name)}\n"
    path.write_text(head + path.read_text(encoding="utf-8"), encoding="utf-8", newline="\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make or check the locks, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    parser.add_argument("--check", action="store_true", help="compare with pyproject.toml only")
    options = parser.parse_args(arguments)
    if not options.check:
        for name in LOCKS:
            if options.upgrade or not (FOLDER / name).is_file() or any(problems(name)):
                make(name, upgrade=options.upgrade)
    found = [problem for name in LOCKS for problem in problems(name)]
    print(*found, f"{len(found)} problems in {len(LOCKS)} locks", sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

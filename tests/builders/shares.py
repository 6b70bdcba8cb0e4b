"""The part of a large product of cases that a run tries, so that the test line stays short.

A run tries one share of the product of fixtures and laws, a smaller one of dear cases: the digest of a case says which
share has it, and the digest of the commit which share a run tries, so that runs of one commit are equal and successive
commits try all of it. A fixture that differs from the last commit, or that the last commit changed, is tried whole.
`pytest --full` tries all.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from zlib import crc32

TOP: Final = Path(__file__).parents[2]
SHARES: Final = 36
MOST: Final = 6
"""A run tries one case in so many, where a test says nothing else."""
FIXTURES: Final = "fixtures"


@dataclass(frozen=True)
class Share:
    """A share of the cases, all of them where its number is ``None``, and the fixtures that are tried whole."""

    number: int | None = None
    changed: frozenset[str] = frozenset()

    def __contains__(self, case: tuple[str, str]) -> bool:
        """True if a run tries a case: the name of a fixture (its path below `fixtures/`), and that of a law."""
        return self.has(*case)

    def has(self, name: str, law: str, parts: int = MOST) -> bool:
        """True if a run tries a case, one in so many parts, a divisor of the number of shares."""
        if self.number is None or name in self.changed:
            return True
        return crc32(f"{name} {law}".encode()) % parts == self.number % parts

    def __str__(self) -> str:
        if self.number is None:
            return "all cases of the fixtures were tried"
        whole = f", all those of {len(self.changed)} changed fixtures" if self.changed else ""
        return (
            f"share {self.number} of {SHARES} of the laws and prefilters was tried{whole}: "
            f"`pytest --share {self.number}` tries it again, `pytest --full` all"
        )


def _git(*arguments: str) -> str:
    """Return the output of a question to git, nothing outside of a checkout."""
    try:
        done = subprocess.run(["git", *arguments], cwd=TOP, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.decode("utf-8", "replace")


def share_of_commit() -> int:
    """Return the number of the share that runs of this commit try."""
    return crc32(_git("rev-parse", "HEAD").strip().encode()) % SHARES


def changed_files(below: str = ".") -> frozenset[str]:
    """Return the files that the last commit or the working tree changed, by their paths in the checkout."""
    listed = _git("diff", "--name-only", "-z", "HEAD~1", "--", below)
    listed += _git("ls-files", "-z", "--others", "--exclude-standard", "--", below)
    return frozenset(path for path in listed.split("\0") if path)


def changed_fixtures() -> frozenset[str]:
    """Return the fixtures that the last commit or the working tree changed, by their paths below `fixtures/`."""
    return frozenset(path.removeprefix(f"{FIXTURES}/") for path in changed_files(FIXTURES))

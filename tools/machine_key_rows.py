"""Make lines of the list of public machine keys from a list of the keys themselves.

usage: python -m tools.machine_key_rows LIST…

A list has a pair of keys a line, in hexadecimal, joined by a comma. The beginning of the digest of each key that the
shipped list does not have yet is printed. Keys are 16 to 64 bytes; one that repeats a few digits is left out.

Source so far: https://github.com/blacklanternsecurity/badsecrets, badsecrets/resources/aspnet_machinekeys.txt.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from webshellhunt.knowledge.machine_keys import key_digest, published_keys

_KEY = re.compile(r"(?:[0-9A-Fa-f]{2}){16,64}")
_DIFFERENT_DIGITS = 5


def iter_keys(text: str) -> Iterator[str]:
    """Yield the keys of a list."""
    for line in text.splitlines():
        for part in line.split(","):
            key = part.strip()
            if _KEY.fullmatch(key) and len(set(key.lower())) >= _DIFFERENT_DIGITS:
                yield key


def main(argv: Sequence[str] | None = None) -> int:
    """Print the new lines."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="+", metavar="LIST")
    arguments = parser.parse_args(argv)
    keys = {key_digest(key) for path in arguments.lists for key in iter_keys(path.read_text(encoding="utf-8"))}
    print("\n".join(sorted(keys - published_keys())))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the baseline of Exchange that is shipped, from lists of its files.

usage: python -m tools.exchange_baseline LIST.tsv[.xz] … --output webshellhunt/baselines/exchange.baseline

A list is text, tab-separated, with a heading: path, SHA-256, number of builds, first build, last build. Every row is
looked up again in what was written, under each spelling of its path.

Source of the lists: CSS-Exchange, Security/src/Baselines/baseline_<build>.csv at commit 4ce660257^ (MIT licence).
"""

from __future__ import annotations

import argparse
import lzma
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from webshellhunt.baselines.known_contents import Baselines
from webshellhunt.baselines.path_keys import spell
from webshellhunt.baselines.store import BaselineHead, read_baseline
from webshellhunt.baselines.store_writer import Row, write_baseline
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.standing import StandingKind

NAME = "Microsoft Exchange 2013, 2016 and 2019, shipped files"
ORIGIN = "https://github.com/microsoft/CSS-Exchange, Security/src/Baselines at commit 4ce660257^"
INSTALL = r"C:\Program Files\Microsoft\Exchange Server\V15"


def rows_of(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Yield path, SHA-256, first and last build of each row of a list."""
    content = path.read_bytes()
    text = (lzma.decompress(content) if path.suffix == ".xz" else content).decode("utf-8")
    for line in text.splitlines()[1:]:
        listed, sha256, _, first, last = line.split("\t")
        yield listed, sha256, first, last


def spellings(listed: str) -> Iterator[str]:
    r"""Yield the ways in which a listed path (``\owa\…``, ``\ClientAccess\Owa\…``) is spelled elsewhere."""
    inside = listed.strip("\\")
    first = inside.partition("\\")[0].lower()
    if first not in ("clientaccess", "frontend"):
        inside = f"ClientAccess\\{inside}"
    whole = f"{INSTALL}\\{inside}"
    yield from (listed, inside, whole, whole.upper(), whole.lower(), f"Setup/ServerRoles/{inside}".replace("\\", "/"))
    for folder in ("15.1.2176", "15.1.2176.2", "15.01.1034.026", "Current", "Current2"):
        if "\\version\\" in whole.lower():
            yield "\\".join(folder if part.lower() == "version" else part for part in whole.split("\\"))


def unknown(baselines: Baselines, rows: Iterable[tuple[str, str, str, str]]) -> Iterator[str]:
    """Yield each spelling of a row's path under which its content is not recognised, as the artifact of a hunt."""
    for listed, sha256, *_ in rows:
        for path in spellings(listed):
            artifact = Artifact(path.replace("\\", "/"), path, Role.GIVEN, 0)
            if baselines.standing(artifact, sha256).kind is not StandingKind.KNOWN:
                yield path


def main(argv: Sequence[str] | None = None) -> int:
    """Write the baseline and prove it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="+", metavar="LIST")
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args(argv)
    rows = [row for path in arguments.lists for row in rows_of(path)]
    builds = {build for *_, first, last in rows for build in (first, last)}
    ordered = tuple(sorted(builds, key=lambda build: tuple(map(int, build.split(".")))))
    keyed = (Row(spell(path).key, sha256, first, last) for path, sha256, first, last in rows)
    with arguments.output.open("wb") as stream:
        write_baseline(stream, BaselineHead(NAME, ordered, ORIGIN, "MIT"), keyed)
    written = read_baseline(arguments.output)
    missing = list(unknown(Baselines((written,)), rows))
    print(f"{len(rows):,} rows; {len(written):,} contents of {written.path_count:,} paths in {len(ordered)} builds")
    print(f"{arguments.output.stat().st_size:,} bytes; spellings not recognised: {len(missing)}")
    print("\n".join(missing[:20]))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())

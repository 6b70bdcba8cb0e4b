"""Make rows of the table of indicators from a published list of digests.

usage: python -m tools.indicator_rows LIST… --campaign NAME --source ADDRESS --date DATE [--type listed_sha256]

A list is any text that contains SHA-256 digests: plain, CSV, STIX. Where ``--campaign`` is left out, each line is a
digest and the name of its family, joined by a comma. The rows that the shipped table does not have yet are printed, in
its order; a digest of a file that Exchange ships is refused.

A list that names ordinary tools among malware (remote control, tunnels, archivers) is of the type ``listed_sha256``:
such a digest convicts nobody.

Sources so far: https://github.com/Cisco-Talos/IOCs, https://github.com/PwCUK-CTO/labscon-2024-knowledge-iis-power.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from webshellhunt.baselines.known_contents import load_baselines
from webshellhunt.knowledge.indicators import LISTED, load_indicators

_DIGEST = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{64}(?![0-9A-Za-z])")


def iter_digests(text: str, campaign: str | None) -> Iterator[tuple[str, str]]:
    """Yield each digest of a list with its campaign."""
    for line in text.splitlines():
        for match in _DIGEST.finditer(line):
            family = line[match.end() :].strip(' ",\t') if campaign is None else campaign
            yield match[0].lower(), family


def shipped_beginnings() -> frozenset[str]:
    """Return the beginnings of the digests of all files in the shipped baseline."""
    shipped = load_baselines().members[-1]
    return frozenset(content.digest for key in shipped.iter_keys() for content in shipped.contents(key))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the new rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lists", type=Path, nargs="+", metavar="LIST")
    parser.add_argument("--campaign")
    parser.add_argument("--source", required=True)
    parser.add_argument("--date", type=date.fromisoformat, required=True)
    parser.add_argument("--type", choices=("sha256", LISTED), default="sha256")
    arguments = parser.parse_args(argv)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in arguments.lists]
    found = {digest: family for text in texts for digest, family in iter_digests(text, arguments.campaign)}
    known, shipped = load_indicators().digests, shipped_beginnings()
    refused = [digest for digest in found if digest[:32] in shipped]
    for digest, family in sorted(found.items()):
        if digest not in known and digest not in refused:
            print("\t".join((arguments.type, digest, family, arguments.source, arguments.date.isoformat())))
    for digest in refused:
        print(f"refused, Exchange ships it: {digest}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())

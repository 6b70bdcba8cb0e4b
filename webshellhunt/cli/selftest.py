"""``webshellhunt selftest``: check that known one-liners, kept in memory, are found and their benign twins are not."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli.output import standard_output
from webshellhunt.reports import printable
from webshellhunt.selftest.selftest import run_selftest


def run(arguments: Namespace) -> int:
    """Print a line for each page; return status 1 if a verdict is wrong."""
    results = run_selftest()
    held = sum(result.ok for result in results)
    with standard_output() as stream:
        for result in results:
            word = "ok    " if result.ok else "FAILED"
            stream.write(f"{word} {printable(result.name)}: {printable(result.detail)}\n")
        stream.write(f"{held} of {len(results)} pages and services judged as they must be\n")
    return 0 if results and held == len(results) else 1

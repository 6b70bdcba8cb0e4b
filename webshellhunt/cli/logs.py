"""``webshellhunt logs``: read the logs of each location, and examine no page."""

from __future__ import annotations

from argparse import Namespace

from webshellhunt.cli import hunt


def run(arguments: Namespace) -> int:
    """Read the logs of all locations and write their reports, as ``hunt`` does; ``logs_alone`` is set."""
    return hunt.run(arguments)

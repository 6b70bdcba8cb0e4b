"""The evidence that saved reports name: no output is written into it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from webshellhunt.model.report import Report


def iter_evidence(reports: Iterable[Report]) -> Iterator[str]:
    """Yield the places of evidence that reports name, unless they can only be those of another machine."""
    for report in reports:
        is_other = report.host.name is not None and report.host.name.casefold() != socket.gethostname().casefold()
        yield from (place for place in _places(report) if not (is_other and _is_system_drive(place)))


def _places(report: Report) -> tuple[str, ...]:
    return (report.location, *report.run.options.logs.paths)


def _is_system_drive(location: str) -> bool:
    """Return True for the drive from which Python runs: the evidence of another computer is not there."""
    try:
        place = Path(location).resolve()
    except (OSError, RuntimeError, ValueError):
        return False
    return str(place) == place.anchor and place.anchor == Path(sys.executable).anchor

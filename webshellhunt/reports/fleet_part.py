"""The fleet part of several reports: the comparison of their hosts, made while the reports are written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from webshellhunt.fence import Fence
from webshellhunt.reports.inert_values import inert_values
from webshellhunt.reports.options import Options

if TYPE_CHECKING:
    from webshellhunt.fleets import FleetTally
    from webshellhunt.model.fleet import Fleet
    from webshellhunt.model.report import Report

_LEAST_REPORTS = 2


def with_fleet(
    reports: Iterable[Report],
    options: Options,
    of_report: Callable[[Report], Iterable[str]],
    of_fleet: Callable[[Fleet], Iterable[str]],
    between: str,
) -> Iterator[str]:
    """Yield the lines of each report with ``between`` before the second and each further one, and those of the fleet.

    The comparison is last, or in ``options.first``, so that it is the beginning of a file.
    """
    part, before = FleetPart(options), ""
    for report in part.through(reports):
        yield before
        for line in of_report(report):
            yield f"{line}\n"
        before = between
    fleet = part.fleet()
    if fleet is None:
        return
    compared = "".join(f"{line}\n" for line in of_fleet(fleet))
    if options.first is None:
        yield before + compared
    else:
        options.first.append(compared + before)


def _tally() -> FleetTally:
    from webshellhunt.fleets import FleetTally  # here, for a quick start

    return FleetTally()


class FleetPart:
    """The comparison of the reports that pass through; a crash in it loses no report."""

    def __init__(self, options: Options) -> None:
        self._inert: Callable[[Fleet], Fleet] = (lambda fleet: fleet) if options.raw_excerpts else inert_values
        self._compared = None if options.compared is None else self._inert(options.compared)
        self._tally = _tally() if options.fleet and options.compared is None else None
        self._on_fleet = options.on_fleet
        self._unopened = options.unopened
        self._fence = Fence("", "fleet")

    def through(self, reports: Iterable[Report]) -> Iterator[Report]:
        """Yield the reports, and add each to the comparison before it is written."""
        for report in reports:
            tally = self._tally
            if tally is not None:
                self._fence.step(report.location, partial(tally.add, report), None)
            yield report

    def fleet(self) -> Fleet | None:
        """Return the comparison; ``None`` if it is not wanted, or if there is one report alone.

        For a listener, that of no report at all is one, so that the file of an empty part of a list is not empty.
        """
        if self._compared is not None:
            return self._compared
        tally = self._tally
        if tally is None:
            return None
        is_empty_part = not len(tally) and self._on_fleet is not None
        if len(tally) < _LEAST_REPORTS and not self._unopened and not is_empty_part:
            return None
        from webshellhunt.model.fleet import Fleet

        for each in self._unopened:
            tally.add_unopened(each.location, each.sentence, each.name)
        made = self._fence.step("fleet", tally.fleet, Fleet("The hosts could not be compared."))
        made = self._inert(replace(made, notes=(*made.notes, *(gap.reason for gap in self._fence.gaps))))
        if self._on_fleet is not None:
            self._on_fleet(made)
        return made

"""The folder of ``--reports``: each report in a file of its own as soon as its hunt ends."""

from __future__ import annotations

import hashlib
from argparse import Namespace
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Self

from webshellhunt.cli.output import complain, options_for
from webshellhunt.cli.status import Outcome
from webshellhunt.errors import UsageError
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.many.coordinator import Place
from webshellhunt.many.fleet_hunt import report_of
from webshellhunt.model.report import Report
from webshellhunt.reports import require_format, write
from webshellhunt.reports.destination import open_destination, refuse_input
from webshellhunt.saved_reports import read_file
from webshellhunt.sources.evidence_places import refuse_evidence

_ENDING: Final = ".json"
_LONGEST: Final = 60
_OTHER: Final = lazy_pattern(r"[^A-Za-z0-9_-]+")


class ReportFolder:
    """The reports of the places in a folder; without a folder, none is kept and none is found."""

    def __init__(self, folder: Path | None, arguments: Namespace, outcome: Outcome) -> None:
        self._folder = folder
        self._arguments = arguments
        self._outcome = outcome
        self._resumes = bool(getattr(arguments, "resume", False))

    @classmethod
    def of(
        cls,
        arguments: Namespace,
        outcome: Outcome,
        places: Sequence[Place],
        evidence: Iterable[str],
        inputs: Iterable[str],
    ) -> Self:
        """Return the folder that the user names, which is made if it does not exist.

        Raises:
            UsageError: It is in the evidence, can't be made, or has reports already that are not to be used.
        """
        name = getattr(arguments, "report_folder", None)
        if name is None and getattr(arguments, "resume", False):
            raise UsageError("--resume needs the folder of the reports: pass --reports FOLDER")
        if name is None:
            return cls(None, arguments, outcome)
        refuse_evidence(Path(name) / "report.json", evidence, "a report")
        refuse_input(name, inputs)
        folder = Path(name)
        try:
            folder.mkdir(exist_ok=True)
        except OSError as error:
            raise UsageError(f"this folder can't be made: {error.strerror or error}", path=name) from error
        made = cls(folder, arguments, outcome)
        known = sum(made._path(place).exists() for place in places)
        if known and not made._resumes:
            words = f"this folder has the reports of {known:,} of these locations already"
            raise UsageError(f"{words}; pass --resume to use them, or choose another folder", path=name)
        if known and not arguments.quiet:
            complain(
                f"{known:,} of {len(places):,} locations have a report in {name}: they are not hunted through again"
            )
        return made

    @property
    def is_used(self) -> bool:
        """True if there is a folder."""
        return self._folder is not None

    def saved(self, place: Place) -> Report | None:
        """Return the complete report of an earlier run; ``None`` if there is none, or if it can't be read."""
        if self._folder is None or not self._resumes:
            return None
        path = self._path(place)
        if not path.exists():
            return None
        try:
            reports = read_file(path).reports
        except UsageError as error:
            complain(f"{error}: the location is hunted through again")
            return None
        is_complete = len(reports) == 1 and reports[0].location == place.location and not reports[0].interrupted
        return reports[0] if is_complete else None

    def keep(self, place: Place, result: object) -> None:
        """Write the report of a place; one that can't be written is said, and stops no other one."""
        report = report_of(result, place.name)
        if self._folder is None or report is None:
            return
        try:
            with open_destination(self._path(place)) as destination:
                options = options_for(self._arguments, destination.stream)
                write([report], require_format("json"), destination.stream, options)
        except UsageError as error:
            complain(str(error))
            self._outcome.failed = True

    def _path(self, place: Place) -> Path:
        """Return the file of a place: a readable part of its name, and a digest of its location."""
        assert self._folder is not None
        last = place.name or place.location.replace("\\", "/").rstrip("/").rpartition("/")[2]
        readable = _OTHER.sub("-", last)[:_LONGEST].strip("-")
        digest = hashlib.sha256(place.location.encode("utf-8", "surrogatepass")).hexdigest()[:12]
        return self._folder / f"{readable or 'location'}-{digest}{_ENDING}"

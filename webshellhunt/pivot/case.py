"""A case: the convicted shells of saved reports, and the reports that they come from."""

import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from webshellhunt.pivot.families import Family, families_of
from webshellhunt.pivot.shells import ContentOf, Shell, shells_of
from webshellhunt.reports.printable import plain_text
from webshellhunt.reports.times import utc
from webshellhunt.saved_reports import SavedReport
from webshellhunt.version import __version__

_NAMESPACE: Final = uuid.UUID("9b0b53a4-6d0d-5d0e-8f57-0d3f9a6b7c11")
_LONGEST_LOCATION: Final = 120
_UNKNOWN = datetime(1970, 1, 1, tzinfo=UTC)


class Case(NamedTuple):
    """The convicted shells of saved reports, by families."""

    saved: tuple[SavedReport, ...]
    shells: tuple[Shell, ...]
    families: tuple[Family, ...]

    @property
    def origin(self) -> str:
        """The origin of each output, in one line: this version, and each report's location, start and version."""
        reports = "; ".join(_report_words(each) for each in self.saved[:10])
        more = f"; and {len(self.saved) - 10} more" if len(self.saved) > 10 else ""
        return f"webshellhunt {__version__} from {reports}{more}"

    @property
    def made_utc(self) -> datetime:
        """The time of the outputs: the latest start of a hunt, so that equal reports give equal outputs."""
        starts = [each.report.run.started_utc for each in self.saved if each.report.run.started_utc is not None]
        return max(starts, default=_UNKNOWN)


class Product(NamedTuple):
    """The files of one kind of output, by name, and sentences about what was left out and why."""

    files: Mapping[str, str]
    made: int
    unit: str
    left_out: tuple[str, ...] = ()

    @property
    def made_words(self) -> str:
        """The number of things that were made, such as ``1 YARA rule``."""
        unit = re.sub(r"s\b", "", self.unit, count=1) if self.made == 1 else self.unit
        return f"{self.made} {unit}"


def case_of(saved: Sequence[SavedReport], content_of: ContentOf = lambda _: None) -> Case:
    """Return the case of saved reports; only convicted subjects are in it."""
    shells = tuple(shells_of((each.report for each in saved), content_of))
    return Case(tuple(saved), shells, families_of(shells))


def uuid_of(*parts: str) -> str:
    """Return the identifier for these texts: the same texts have the same one (UUID version 5)."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(plain_text(part) for part in parts)))


def _report_words(saved: SavedReport) -> str:
    report = saved.report
    started = utc(report.run.started_utc) or "an unknown time"
    tool = f" by webshellhunt {plain_text(saved.report.run.version, 20)}" if saved.report.run.version else ""
    return f"the report on {plain_text(report.location, _LONGEST_LOCATION)} of {started}{tool}"

"""Unknown use: the absence of requests in logs proves something only if the logs would have them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from webshellhunt.correlation.log_coverage import REQUEST_KINDS, CoveredDays
from webshellhunt.correlation.use_of_addresses import Key
from webshellhunt.detectors.configuration import logging_switched_off
from webshellhunt.model.findings import Gap
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.model.verdict import Examination

_UNREAD: Final = frozenset(
    {"interrupted", "log-cut-off", "log-format-not-read", "log-link-not-followed", "log-not-read", "log-rows-broken"}
    | {"too-many-logs", "unreadable"}
)
"""The codes of the gaps, if they matter, of a log that may have requests."""


def unlogged_places(examinations: Iterable[Examination]) -> tuple[str, ...]:
    """Return the folders and addresses, in lower case, for which a configuration switches off the log."""
    found: list[str] = []
    for each in examinations:
        for finding in each.findings:
            if finding.rule.slug == logging_switched_off.RULE.slug and finding.severity >= Severity.MEDIUM:
                location = finding.facts.get("location")
                folder = each.subject.path.replace("/", "\\").rpartition("\\")[0]
                found.append(f"/{location.partition('/')[2]}" if isinstance(location, str) else folder)
    return tuple(each.lower().rstrip("/") for each in found if each)


def is_below(path: str, keys: Sequence[Key], places: Iterable[str]) -> bool:
    """Return True if a page is at one of some places, by its path on the server or by one of its addresses."""
    own = [path.lower(), *(key.decode("utf-8", "replace") for _, key in keys)]
    return any(each.startswith((f"{place}\\", f"{place}/")) for place in places for each in own)


def may_be_unlogged(
    keys: Sequence[Key],
    logs: Iterable[LogFile],
    gaps: Iterable[Gap],
    covered: Iterable[CoveredDays],
    planted_utc: datetime | None,
) -> bool:
    """Return True if requests for a page may have been made although no log that was read has one.

    Args:
        keys: The addresses of the page.
        logs: The logs that were read.
        gaps: The gaps of the logs.
        covered: The days that the logs cover.
        planted_utc: The planting time of the page; ``None`` if it is unknown, or only a period was to be read.
    """
    read = [log for log in logs if log.kind in REQUEST_KINDS and log.rows > log.broken]
    of_iis = [log.site for log in read if log.kind is LogKind.IIS]
    sites = {site for site, _ in keys}
    if not read or (of_iis and None not in {*of_iis, *sites} and sites.isdisjoint(of_iis)):
        return True
    if any(gap.matters and gap.code in _UNREAD for gap in gaps):
        return True
    days = {day for each in covered if each.kind in REQUEST_KINDS for day in each.days}
    return planted_utc is not None and bool(days) and max(days) < planted_utc.date()

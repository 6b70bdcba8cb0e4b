"""The logs of a host: their extent, the period that was read, the clients of accused pages, and notes.

A note is about a trace that accuses nobody, such as attempts that failed, or a site without a log. Without ``--all`` a
saved report has no benign subjects; it keeps these sentences with its logs.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final, NamedTuple

from webshellhunt.model.log_results import Client, LogCoverage, Moment
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import RECORD_FILES, LogKind
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.redaction import Redaction
from webshellhunt.reports.times import aware, second
from webshellhunt.views.figures import count_in_words

LOG_NAMES: Final = {
    LogKind.IIS: "IIS",
    LogKind.FTP: "FTP",
    LogKind.HTTP_ERR: "HTTP.sys errors",
    LogKind.HTTP_PROXY: "Exchange HttpProxy",
    LogKind.ECP_ACTIVITY: "ECP activity",
    LogKind.ECP_SERVER: "ECP server",
    LogKind.OAB_GENERATOR: "OAB generator",
    LogKind.CMDLET: "PowerShell requests",
    LogKind.EWS: "EWS",
    LogKind.MESSAGE_TRACKING: "message tracking",
    LogKind.EVENTS: "event logs",
}

MOST_NOTES: Final = 10
"""The most notes of one report."""

PROXY: Final = "it is a proxy, which stands for many clients"
CLAIMED: Final = "the address is claimed by the header X-Forwarded-For, which a visitor can forge"


class LogNotes(NamedTuple):
    """The first notes, and the number of the others."""

    sentences: tuple[str, ...] = ()
    more: int = 0


def log_notes(report: Report, *, show_secrets: bool = False) -> LogNotes:
    """Return the notes of the subjects of a report, or those that a saved report has kept."""
    noted = [each for each in report.verdicts if _is_note(each)]
    if not noted and report.traffic is not None:
        return LogNotes(report.traffic.notes, report.traffic.more_notes)
    sentences = tuple(_note(each, show_secrets=show_secrets) for each in noted[:MOST_NOTES])
    return LogNotes(sentences, len(noted) - len(sentences))


def log_place(path: str, line: int) -> str:
    """Return a line of a log with its name, such as ``u_ex210303.log, line 13``, or the number of a record."""
    name = path.replace("/", "\\").rpartition("\\")[2]
    word = "record" if name.lower().endswith(RECORD_FILES) else "line"
    return f"{one_line(name)}, {word} {line}"


def logs_read(report: Report) -> str:
    """Return the number of logs and rows that were read; empty if no log was."""
    if report.traffic is None:
        return ""
    logs, rows = (sum(getattr(each, name) for each in report.traffic.coverage) for name in ("files", "rows"))
    return f"{count_in_words(logs, 'log')}, {count_in_words(rows, 'row')} read"


def log_name(each: LogCoverage) -> str:
    """Return the name of the logs of one kind, with their site."""
    return LOG_NAMES[each.kind] + ("" if each.site is None else f", site {each.site}")


def rows_words(each: LogCoverage) -> str:
    """Return the number of rows of some logs, and how many of them are broken."""
    broken = f", {each.broken:,} of them broken" if each.broken else ""
    return f"{count_in_words(each.rows, 'row')}{broken}"


def client_words(client: Client) -> str:
    """Return the exploits and the requests of a client, with their times."""
    until = f" until {second(client.last_utc)}" if client.last_utc != client.first_utc else ""
    exploited = f"exploited {', '.join(map(one_line, client.exploits))}; " if client.exploits else ""
    more = f"; {PROXY}" if client.is_proxy else f"; {CLAIMED}" if client.is_claimed else ""
    return f"{exploited}{count_in_words(client.requests, 'request')} from {second(client.first_utc)}{until}{more}"


def moment_time(moment: Moment) -> str:
    """Return the time of a moment, or the range of witnesses that disagree."""
    start, end = second(moment.when_utc) or "", second(moment.until_utc) or ""
    if end <= start:
        return start
    return f"{start} to {end.partition('T')[2] if end[:10] == start[:10] else end}"


def period_sentence(report: Report) -> str:
    """Return the period of which records were read; empty if that is all."""
    since, until = report.run.options.logs.period
    if since is None and until is None:
        return ""
    start = "" if since is None else f" from {moment_or_day(since)} on"
    end = "" if until is None else f" {_end_words(until)}"
    options = " and ".join(name for name, value in (("--since", since), ("--until", until)) if value is not None)
    return f"Only log records{start}{end} were read ({options})"


def moment_or_day(when: datetime) -> str:
    """Return a time; midnight as a day."""
    at = aware(when)
    return f"{at.date()}" if at.time() == time() else second(at) or ""


def _end_words(until: datetime) -> str:
    """Return the end of a period; before midnight is until the day before."""
    at = aware(until)
    if at.time() == time() and at > datetime.min.replace(tzinfo=UTC):
        return f"until {at.date() - timedelta(days=1)}"
    return f"before {second(at)}"


def _note(verdict: Verdict, *, show_secrets: bool) -> str:
    finding = verdict.findings[0]
    place = f" ({log_place(finding.evidence[0].path, finding.evidence[0].line)})" if finding.evidence else ""
    return one_line(Redaction(verdict, show_secrets=show_secrets).text(finding.message)) + place


def _is_note(verdict: Verdict) -> bool:
    """Return True for a trace that accuses nobody."""
    is_benign = verdict.disposition is Disposition.BENIGN
    return verdict.subject.kind is SubjectKind.TRACE and is_benign and bool(verdict.findings)

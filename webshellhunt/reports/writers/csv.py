"""The CSV format: a table for a spreadsheet, one row for each listed verdict, each gap, and each location.

Its first columns are those of the overview. The file begins with a byte order mark, without which spreadsheets show
names of other alphabets wrongly.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.cells import Value, row_of_cells
from webshellhunt.reports.content.subjects import NOT_APPLICABLE, ShownVerdict, shown_verdicts
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.options import Options
from webshellhunt.reports.platforms import (
    Steps,
    assessment_id,
    gap_id,
    severity_of,
    severity_of_state,
    step_line,
    steps_by_path,
    steps_of,
    techniques_of,
)

ABOUT = "a table for spreadsheets"
EXTENSIONS = ("csv",)

BYTE_ORDER_MARK: Final = "\ufeff"
COLUMNS: Final = (
    "kind", "disposition", "path", "what", "since", "since_utc", "until_utc", "route", "route_proven", "used",
    "presence", "reason", "severity", "confidence", "rule", "rule_title", "rules", "techniques", "reasons",
    "next_steps", "sha256", "size_bytes", "subject_kind", "role", "urls", "modified_utc", "created_utc",
    "changed_utc", "accessed_utc", "name_created_utc", "name_modified_utc", "times_original", "requests",
    "answered", "posted", "first_used_utc", "last_used_utc", "clients", "agents", "line", "excerpt", "source_path",
    "code", "stage", "matters", "host", "location", "hunted_utc", "id", "use",
)  # fmt: skip
Cells = Mapping[str, Value]


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the header, and a line for each row."""
    yield BYTE_ORDER_MARK + row_of_cells(COLUMNS)
    part = FleetPart(options)
    for report in part.through(reports):
        common = {"host": report.host.name, "location": report.location, "hunted_utc": report.run.started_utc}
        for cells in _rows(report, options):
            whole = {**cells, **common}
            yield row_of_cells(whole.get(name) for name in COLUMNS)
    part.fleet()  # only its sentence is printed


def _rows(report: Report, options: Options) -> Iterator[Cells]:
    steps = steps_by_path(report)
    yield from (_verdict(each, steps) for each in shown_verdicts(report, options))
    yield from (_gap(gap, report) for gap in report.gaps)
    yield _summary(report)


def _verdict(shown: ShownVerdict, steps: Steps) -> Cells:
    verdict, subject, leading = shown.verdict, shown.subject, shown.leading
    finding = None if leading is None else leading.finding
    return {
        "kind": "verdict",
        "disposition": verdict.disposition.label,
        "path": subject.path,
        "what": shown.what,
        "since": shown.since.words,
        "since_utc": shown.since.when_utc,
        "until_utc": shown.since.until_utc,
        "route": shown.route.words,
        "route_proven": shown.route.is_proven,
        "used": None if shown.used == NOT_APPLICABLE else shown.used,
        "presence": shown.presence,
        "reason": leading.message if leading is not None else next(iter(shown.reasons), None),
        "severity": severity_of(verdict).label,
        "confidence": finding.confidence.label if finding is not None else None,
        "rule": finding.rule.id if finding is not None else None,
        "rule_title": finding.rule.title if finding is not None else None,
        "rules": dict.fromkeys(each.rule.id for each in verdict.findings),
        "techniques": [each.sub_id or each.id for each in techniques_of(verdict)],
        "reasons": shown.reasons,
        "next_steps": steps_of(verdict, steps),
        "sha256": subject.sha256,
        "size_bytes": subject.size_bytes,
        "subject_kind": subject.kind.value,
        "role": subject.role.value,
        "urls": [url.address for url in subject.urls],
        "line": finding.evidence[0].line if finding is not None and finding.evidence else None,
        "excerpt": leading.excerpts[0].rstrip("\\\n") if leading is not None and leading.excerpts else "",
        "source_path": subject.source_path,
        "id": shown.id,
        "use": shown.use or None,
        **_times(verdict),
        **_use(verdict),
    }


def _times(verdict: Verdict) -> Cells:
    """Return the times of the file; those of a copy are marked by ``times_original``, and have no access time."""
    times = verdict.subject.times
    return {
        **times._asdict(),
        "accessed_utc": times.accessed_utc if times.original else None,
        "times_original": times.original,
    }


def _use(verdict: Verdict) -> Cells:
    use = verdict.use
    if use is None:
        return {}
    return {
        "requests": use.requests,
        "answered": use.answered,
        "posted": use.posted,
        "first_used_utc": use.span[0],
        "last_used_utc": use.span[1],
        "clients": use.clients,
        "agents": map(_agent, use.agents),
    }


def _agent(agent: str) -> str:
    """Return a user agent as it was sent: logs of IIS write each blank as ``+``, which begins a formula."""
    return agent if " " in agent else agent.replace("+", " ")


def _gap(gap: Gap, report: Report) -> Cells:
    return {
        "kind": "gap",
        "path": gap.path,
        "what": gap.reason,
        "code": gap.code,
        "stage": gap.stage,
        "matters": gap.matters,
        "id": gap_id(gap, report),
    }


def _summary(report: Report) -> Cells:
    assessment = report.assessment
    return {
        "kind": "summary",
        "what": assessment.sentence,
        "severity": severity_of_state(assessment.state).label,
        "next_steps": map(step_line, assessment.next_steps),
        "code": assessment.state.value,
        "matters": any(gap.matters for gap in report.gaps),
        "id": assessment_id(report),
    }

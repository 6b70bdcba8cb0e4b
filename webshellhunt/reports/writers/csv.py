"""The CSV format: a table for a spreadsheet, one row for each listed verdict, each gap, and each location.

Its first columns are those of the overview. The file begins with a byte order mark, without which spreadsheets show
names of other alphabets wrongly.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.cells import Value, row_of_cells
from webshellhunt.reports.events.attack_names import techniques_of
from webshellhunt.reports.events.grading import severity_of, severity_of_state
from webshellhunt.reports.events.host_ids import assessment_id, gap_id
from webshellhunt.reports.events.leading_excerpt import leading_excerpt
from webshellhunt.reports.events.steps_of_subjects import Steps, step_line, steps_by_path, steps_of
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import subject_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.overview import NOT_APPLICABLE, Row, leading_finding, overview, what_it_is
from webshellhunt.reports.records.report_records import is_listed
from webshellhunt.reports.redaction import Redaction

ABOUT = "a table for spreadsheets"
EXTENSIONS = ("csv",)

BYTE_ORDER_MARK: Final = "\ufeff"
COLUMNS: Final = (
    "kind", "disposition", "path", "what", "since", "since_utc", "until_utc", "route", "route_proven", "used",
    "presence", "reason", "severity", "confidence", "rule", "rule_title", "rules", "techniques", "reasons",
    "next_steps", "sha256", "size_bytes", "subject_kind", "role", "urls", "modified_utc", "created_utc",
    "changed_utc", "accessed_utc", "name_created_utc", "name_modified_utc", "times_original", "requests",
    "answered", "posted", "first_used_utc", "last_used_utc", "clients", "agents", "line", "excerpt", "source_path",
    "code", "stage", "matters", "host", "location", "hunted_utc", "id",
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
    rows = {id(row.verdict): row for row in overview(report, show_secrets=options.show_secrets)}
    steps = steps_by_path(report)
    for verdict in report.verdicts:
        if is_listed(verdict, options):
            cells = _verdict(verdict, options, steps, report)
            yield {**cells, **_overview(rows[id(verdict)])} if id(verdict) in rows else cells
    yield from (_gap(gap, report) for gap in report.gaps)
    yield _summary(report)


def _verdict(verdict: Verdict, options: Options, steps: Steps, report: Report) -> Cells:
    redaction, subject = Redaction(verdict, show_secrets=options.show_secrets), verdict.subject
    leading = leading_finding(verdict)
    evidence = leading.evidence[0] if leading is not None and leading.evidence else None
    texts = [leading.message] if leading is not None else verdict.reasons[:1]
    what = what_it_is(verdict)
    return {
        "kind": "verdict",
        "disposition": verdict.disposition.label,
        "path": subject.path,
        "what": redaction.text(what),
        "reason": redaction.text(texts[0]) if texts else None,
        "presence": subject.presence.value.replace("_", " "),
        "severity": severity_of(verdict).label,
        "confidence": leading.confidence.label if leading is not None else None,
        "rule": leading.rule.id if leading is not None else None,
        "rule_title": leading.rule.title if leading is not None else None,
        "rules": dict.fromkeys(finding.rule.id for finding in verdict.findings),
        "techniques": [each.sub_id or each.id for each in techniques_of(verdict)],
        "reasons": [redaction.text(reason) for reason in verdict.reasons],
        "next_steps": steps_of(verdict, steps),
        "sha256": subject.sha256,
        "size_bytes": subject.size_bytes,
        "subject_kind": subject.kind.value,
        "role": subject.role.value,
        "urls": [url.address for url in subject.urls],
        "line": evidence.line if evidence is not None else None,
        "excerpt": leading_excerpt(verdict, options).rstrip("\\\n"),
        "source_path": subject.source_path,
        "id": subject_id(subject, report.host.name, report.location),
        **_times(verdict),
        **_use(verdict),
    }


def _overview(row: Row) -> Cells:
    return {
        "what": row.what,
        "since": row.since,
        "since_utc": row.since_utc,
        "until_utc": row.until_utc,
        "route": row.route_words,
        "route_proven": row.is_route_proven,
        "used": None if row.used == NOT_APPLICABLE else row.used,
        "presence": row.presence,
    }


def _times(verdict: Verdict) -> Cells:
    """Return the times of the file; those of a copy are marked by ``times_original``, and have no access time."""
    times = verdict.subject.times
    return {
        "modified_utc": times.modified_utc,
        "created_utc": times.created_utc,
        "changed_utc": times.changed_utc,
        "accessed_utc": times.accessed_utc if times.original else None,
        "name_created_utc": times.name_created_utc,
        "name_modified_utc": times.name_modified_utc,
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
        "first_used_utc": use.first_utc,
        "last_used_utc": use.last_utc,
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

# SPDX-License-Identifier: AGPL-3.0-or-later
"""The records that the plugin yields: one for the target, one for each verdict, one for each gap."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dissect.target import Target
from dissect.target.helpers.record import TargetRecordDescriptor
from flow.record import Record
from flow.record.fieldtypes import windows_path

from webshellhunt import Disposition, Gap, Report, Verdict
from webshellhunt.reports import verdict_record

AssessmentRecord = TargetRecordDescriptor(
    "application/webshellhunt/assessment",
    [
        ("string", "state"),
        ("string", "sentence"),
        ("string[]", "next_steps"),
        ("varint", "verdicts"),
        ("varint", "gaps"),
        ("string", "version"),
    ],
)
VerdictRecord = TargetRecordDescriptor(
    "application/webshellhunt/verdict",
    [
        ("datetime", "ts_planted"),
        ("datetime", "ts_mtime"),
        ("datetime", "ts_btime"),
        ("boolean", "times_original"),
        ("path", "path"),
        ("string", "disposition"),
        ("string[]", "rules"),
        ("string[]", "reasons"),
        ("string[]", "messages"),
        ("string[]", "techniques"),
        ("string", "subject_kind"),
        ("string", "presence"),
        ("string", "role"),
        ("varint", "size"),
        ("digest", "digest"),
        ("string", "verdict_id"),
    ],
)
GapRecord = TargetRecordDescriptor(
    "application/webshellhunt/gap",
    [
        ("path", "path"),
        ("string", "code"),
        ("string", "stage"),
        ("string", "reason"),
        ("boolean", "matters"),
    ],
)


def iter_records(report: Report, target: Target, *, show_all: bool) -> Iterator[Record]:
    """Yield the records of a report: its assessment, its verdicts, worst first, and its gaps."""
    yield _assessment(report, target)
    for verdict in report.verdicts:
        if show_all or verdict.disposition > Disposition.BENIGN:
            yield _verdict(verdict, report, target)
    for gap in report.gaps:
        yield _gap(gap, target)


def _assessment(report: Report, target: Target) -> Record:
    return AssessmentRecord(
        state=str(report.assessment.state),
        sentence=report.assessment.sentence,
        next_steps=[str(step) for step in report.assessment.next_steps],
        verdicts=sum(each.disposition > Disposition.BENIGN for each in report.verdicts),
        gaps=len(report.gaps),
        version=report.run.version,
        _target=target,
    )


def _verdict(verdict: Verdict, report: Report, target: Target) -> Record:
    """Return the record of a verdict; secrets of the victim are in it as fingerprints only."""
    record: dict[str, Any] = verdict_record(verdict, location=report.location, host=report.host.name)
    findings, subject = record["findings"], verdict.subject
    return VerdictRecord(
        ts_planted=verdict.planting.when_utc if verdict.planting is not None else None,
        ts_mtime=subject.times.modified_utc,
        ts_btime=subject.times.created_utc,
        times_original=subject.times.original,
        path=windows_path(record["path"]),
        disposition=record["disposition"],
        rules=_distinct(f"{each['rule']} {each['slug']}" for each in findings),
        reasons=record["reasons"],
        messages=_distinct(each["message"] for each in findings),
        techniques=_distinct(name for each in findings for name in each["techniques"]),
        subject_kind=record["subject_kind"],
        presence=record["presence"],
        role=record["role"],
        size=record["size_bytes"],
        digest=(None, None, record["sha256"]),
        verdict_id=record["id"],
        _target=target,
    )


def _gap(gap: Gap, target: Target) -> Record:
    return GapRecord(
        path=windows_path(gap.path),
        code=gap.code,
        stage=gap.stage,
        reason=gap.reason,
        matters=gap.matters,
        _target=target,
    )


def _distinct(texts: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(texts))

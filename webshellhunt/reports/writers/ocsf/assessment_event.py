"""The OCSF event of a location: its assessment, its open vulnerabilities, and the gaps of the hunt."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.reports.events.grading import severity_of_state
from webshellhunt.reports.events.host_ids import assessment_id, gap_id
from webshellhunt.reports.events.steps_of_subjects import step_line
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.writers.ocsf.objects import HOST_NAME, Object, base_event, file_object, observable

MOST_GAPS: Final = 500
"""The most gaps of one event, those that matter first; it has the number of all."""


def assessment_event(report: Report) -> Object:
    """Return the event of a location; it is no alert, since each verdict is one."""
    assessment, location = report.assessment, decodable(report.location)
    host = decodable(report.host.name or "")
    uid = assessment_id(report)
    sentence = decodable(assessment.sentence)
    steps = [decodable(step_line(step)) for step in assessment.next_steps]
    event = base_event(report, severity_of_state(assessment.state), uid)
    event["metadata"] |= {"event_code": "assessment", "is_truncated": len(report.gaps) > MOST_GAPS or None}
    return event | {
        "message": sentence or assessment.state.value,
        "is_alert": False,
        "status_id": 1,
        "status": "New",
        "status_detail": assessment.state.value,
        "finding_info": {
            "uid": uid,
            "title": f"Assessment of {host or location or 'a location'}",
            "desc": sentence,
            "types": ["assessment"],
            "created_time": event["time"],
        },
        "evidences": list(_gaps(report)),
        "observables": [observable(HOST_NAME, "device.hostname", host)] if host else [],
        "remediation": {"desc": "\n".join(steps)} if steps else None,
        "vulnerabilities": list(_vulnerabilities(report)),
        "unmapped": {
            "location": location,
            "state": assessment.state.value,
            "counts": {name: report.counts[name] for name in sorted(report.counts)},
            "coverage": {name: held.value for name, held in report.coverage._asdict().items()},
            "gaps": len(report.gaps),
            "gaps_that_matter": sum(gap.matters for gap in report.gaps),
            "interrupted": report.interrupted,
            "build": decodable(report.patch_state.build) if report.patch_state is not None else None,
            "logs": decodable(report.traffic.sentence) if report.traffic is not None else None,
        },
    }


def _gaps(report: Report) -> Iterator[Object]:
    ordered = sorted(report.gaps, key=lambda gap: not gap.matters)
    for gap in ordered[:MOST_GAPS]:
        data = {"code": gap.code, "stage": gap.stage, "reason": decodable(gap.reason), "matters": gap.matters}
        yield {
            "name": "gap",
            "uid": gap_id(gap, report),
            "file": file_object(gap.path, is_file=False) if gap.path else None,
            "data": data | {"path": decodable(gap.path)},
        }


def _vulnerabilities(report: Report) -> Iterator[Object]:
    """Yield the open vulnerabilities of the installed build."""
    if report.patch_state is None:
        return
    for each in report.patch_state.cves_in(FixState.OPEN):
        fix = decodable(each.fixed_by) if each.fixed_by else None
        cve = decodable(each.cve) or "unknown"
        yield {
            "cve": {"uid": cve},
            "title": cve,
            "is_fix_available": True if fix else None,
            "remediation": {"desc": f"Install {fix}"} if fix else None,
            "vendor_name": "Microsoft",
        }

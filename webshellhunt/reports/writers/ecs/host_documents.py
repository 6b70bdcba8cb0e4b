"""The ECS documents about a host: its gaps, the clients of accused pages, and its assessment."""

from __future__ import annotations

from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.rules import Severity
from webshellhunt.reports.events.grading import severity_of_state
from webshellhunt.reports.events.host_ids import assessment_id, client_id, gap_id
from webshellhunt.reports.events.net_addresses import ip_addresses
from webshellhunt.reports.events.steps_of_subjects import step_line
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import utc
from webshellhunt.reports.writers.ecs.field_sets import Fields, Kind, base_document, file_fields


def gap_document(gap: Gap, report: Report) -> Fields:
    """Return the document of a gap: an event that failed."""
    severity = Severity.LOW if gap.matters else Severity.INFO
    document = base_document(report, Kind("event", ("file",), "gap"), severity, gap_id(gap, report))
    reason = decodable(gap.reason)
    document["message"] = f"not examined: {decodable(gap.path)}: {reason}"
    document["event"] |= {"action": "examination", "outcome": "failure", "reason": reason}
    document["error"] = {"code": gap.code, "message": reason}
    document["webshellhunt"]["gap"] = {"code": gap.code, "stage": gap.stage, "matters": gap.matters}
    return document | {"file": file_fields(gap.path) if gap.path else {}}


def client_document(client: Client, report: Report) -> Fields:
    """Return the document of a client that used an accused page or an exploit."""
    address, uid = decodable(client.address), client_id(client, report)
    document = base_document(report, Kind("event", ("web",), "client", type="access"), Severity.INFO, uid)
    known = ip_addresses([client.address])
    document["message"] = _client_words(client)
    document["event"] |= {"start": utc(client.first_utc), "end": utc(client.last_utc)}
    document["source"] = {"address": address, "ip": known[0] if known else None}
    document["related"]["ip"] = known
    document["webshellhunt"]["client"] = {
        "requests": client.requests,
        "pages": list(map(decodable, client.pages)),
        "is_proxy": client.is_proxy,
        "exploits": list(map(decodable, client.exploits)),
    }
    return document


def _client_words(client: Client) -> str:
    """Return a client in words; its number of requests is that of all its requests, not of those for accused pages."""
    named = ", ".join(client.exploits)
    did = [f"exploited {named}" if named else "", "used accused pages" if client.pages else ""]
    requests = f"{client.requests:,} request{'' if client.requests == 1 else 's'} in all logs"
    return decodable(f"client {client.address}: {'; '.join((*filter(None, did), requests))}")


def assessment_document(report: Report) -> Fields:
    """Return the document of a location: the state of its host."""
    assessment, patch, run = report.assessment, report.patch_state, report.run
    severity, uid = severity_of_state(assessment.state), assessment_id(report)
    document = base_document(report, Kind("state", ("host",), "assessment"), severity, uid)
    document["message"] = decodable(assessment.sentence)
    document["webshellhunt"] |= {
        "state": assessment.state.value,
        "steps": [decodable(step_line(step)) for step in assessment.next_steps],
        "counts": {name: report.counts[name] for name in sorted(report.counts)},
        "coverage": {name: held.value for name, held in report.coverage._asdict().items()},
        "gaps": len(report.gaps),
        "gaps_that_matter": sum(gap.matters for gap in report.gaps),
        "interrupted": report.interrupted,
        "data_as_of": run.data_as_of.isoformat() if run.data_as_of is not None else None,
        "build": decodable(patch.build) if patch is not None else None,
        "open_vulnerabilities": [decodable(each.cve) for each in patch.cves_in(FixState.OPEN)] if patch else [],
        "logs": decodable(report.traffic.sentence) if report.traffic is not None else None,
    }
    return document

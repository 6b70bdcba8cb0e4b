"""The STIX format, version 2.1: one bundle of the findings of all reports, with stable identifiers.

``webshellhunt pivot`` writes indicators for a search on other machines; this is the report itself.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.events.event_times import hunt_time
from webshellhunt.reports.events.file_names import file_name, path_of_file
from webshellhunt.reports.events.net_addresses import ip_addresses
from webshellhunt.reports.events.steps_of_subjects import step_line
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.stix_values import StixObject
from webshellhunt.reports.writers.stix.domain_objects import (
    CREATED,
    TOOL,
    Frame,
    attack_pattern,
    client_data,
    host_identity,
    indicator,
    malware,
    note,
    observed_data,
    relationship,
    report_object,
    sighting,
    vulnerability,
)
from webshellhunt.reports.writers.stix.observables import address, observables

ABOUT = "a bundle of STIX 2.1, for threat intelligence platforms"
EXTENSIONS = ("stix.json", "stix")

_CVE = lazy_pattern(r"CVE-\d{4}-\d{4,9}", re.ASCII)


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the bundle, an object a line, the objects of each report as soon as its hunt ends.

    Objects that several reports share are written once. The identifier of the bundle depends on all of them, so that it
    comes last.
    """
    part = FleetPart(options)
    seen = {TOOL["id"]}
    yield f'{{\n"type": "bundle",\n"objects": [\n{json.dumps(TOOL)}'
    for report in part.through(reports):
        for each in _objects(report, options):
            if each["id"] not in seen:
                seen.add(each["id"])
                yield f",\n{json.dumps(each)}"
    part.fleet()
    yield f'\n],\n"id": "bundle--{stable_id("stix", "bundle", *sorted(seen))}"\n}}\n'


def _objects(report: Report, options: Options) -> Iterator[StixObject]:
    """Yield the objects of one report; the report object, which refers to them, is the last."""
    name, hunted = report.host.name, hunt_time(report, unknown=CREATED)
    host = None if name is None else host_identity(name, hunted)
    frame = Frame(report_key(report), decodable(name or report.location), hunted, None if host is None else host["id"])
    made = [host] if host is not None else []
    yield from made
    references = [each["id"] for each in made] or [TOOL["id"]]
    for each in _content(report, options, frame, references[0]):
        references.append(each["id"])
        yield each
    yield report_object(report, list(dict.fromkeys(references)), frame)


def _content(report: Report, options: Options, frame: Frame, host: str) -> Iterator[StixObject]:
    """Yield the objects that a report is about; a note without another object refers to ``host``."""
    observed: dict[str, list[str]] = defaultdict(list)
    for shown in shown_verdicts(report, options):
        yield from _about(shown, frame, host, observed)
    for client in () if report.traffic is None else report.traffic.clients:
        for text in [] if client.is_proxy else ip_addresses([client.address]):
            place = address(text)
            yield place
            yield client_data(client, place["id"], frame)
    for technique in sorted(observed):
        pattern = attack_pattern(technique)
        yield pattern
        yield sighting(pattern["id"], list(dict.fromkeys(observed[technique])), frame)
    open_waves = [] if report.patch_state is None else report.patch_state.waves_in(FixState.OPEN)
    for cve in dict.fromkeys(cve for wave in open_waves for cve in wave.cves if _CVE.fullmatch(cve)):
        yield vulnerability(cve, frame)
    if report.assessment.next_steps:
        steps = map(decodable, map(step_line, report.assessment.next_steps))
        yield note("next steps", (f"{number}. {step}" for number, step in enumerate(steps, 1)), [host], frame)
    if report.gaps:
        gaps = [decodable(f"{'matters: ' if gap.matters else ''}{gap}") for gap in report.gaps]
        yield note("not examined", gaps, [host], frame)


def _about(shown: ShownVerdict, frame: Frame, host: str, observed: dict[str, list[str]]) -> Iterator[StixObject]:
    """Yield the objects of one verdict, and add its observation to those of its techniques."""
    path = decodable(path_of_file(shown.verdict))
    seen = observables(shown, path)
    yield from seen
    subject = host
    if seen:
        data = observed_data(shown, [each["id"] for each in seen], frame)
        yield data
        subject = data["id"]
        if shown.verdict.disposition >= Disposition.SUSPICIOUS:
            for technique in shown.techniques:
                observed[technique].append(data["id"])
        if shown.verdict.disposition is Disposition.MALICIOUS and path:
            samples = [seen[0]["id"]] if shown.subject.kind is not SubjectKind.REGISTRATION else []
            yield from _convicted(shown, file_name(path).name, samples, data["id"], frame)
    yield note(f"{shown.verdict.disposition.label}: {shown.path}", _words(shown), [subject], frame)


def _convicted(shown: ShownVerdict, name: str, samples: list[str], data: str, frame: Frame) -> Iterator[StixObject]:
    """Yield the malware of a convicted subject, its indicator, and their relationships."""
    made = malware(shown, name, samples, frame)
    yield made
    yield sighting(made["id"], [data], frame)
    for technique in shown.techniques:
        pattern = attack_pattern(technique)
        yield pattern
        yield relationship("uses", made["id"], pattern["id"], frame)
    if shown.subject.sha256 is not None and samples:
        sign = indicator(shown, shown.subject.sha256, frame)
        yield sign
        yield relationship("indicates", sign["id"], made["id"], frame)
        yield relationship("based-on", sign["id"], data, frame)


def _words(shown: ShownVerdict) -> Iterator[str]:
    """Yield the reasons of a verdict, and each finding with its excerpts."""
    yield from shown.reasons
    for each in shown.findings:
        weight = f"{each.finding.severity.label}, {each.finding.confidence.label}"
        accepted = ", accepted by the user" if each.finding.accepted else ""
        yield f"{each.rule_id} ({weight}{accepted}): {each.message}"
        for evidence, excerpt in each.places:
            yield f"  {decodable(evidence.path)}, line {evidence.line}: {excerpt.rstrip()}"

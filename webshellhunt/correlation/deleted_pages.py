"""Deleted pages: pages that are known only by the compiled remnants that ASP.NET keeps.

The examinations of remnants are joined with the places of the pages: present, deleted, or not collected.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from webshellhunt.binaries.compiled_pages import directory_hash
from webshellhunt.detectors.binaries import deleted_page_that_ran, page_ran_where_exchange_has_none, source_less_page
from webshellhunt.detectors.contract import ABSENCE, claim
from webshellhunt.host.walk.survey import Survey
from webshellhunt.host.walk.virtual_paths import PageLocation, VirtualPathResolver
from webshellhunt.knowledge.exchange_names import USUAL_DIRECTORIES, expected_directories, is_expected_page
from webshellhunt.model.findings import FactValue, Finding
from webshellhunt.model.places import EXCHANGE_ROLES, TIGHT_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind

MOST_TRACES = 5_000
_WITHOUT_FILE = ".svc"  # a service may live in the configuration alone
_OWNED = EXCHANGE_ROLES | {Role.LAYOUTS}


@dataclass
class _Remnants:
    """The remnants of one page; ``joined`` are the grave findings about its assemblies, ``beside`` all of its files."""

    virtual_path: str
    notes: list[Finding] = field(default_factory=list)
    times: list[datetime] = field(default_factory=list)
    original: bool = True
    joined: dict[str, Finding] = field(default_factory=dict)
    beside: list[Finding] = field(default_factory=list)


def with_deleted_pages(examinations: Sequence[Examination], surveyed: Survey) -> list[Examination]:
    """Return the examinations, with findings raised for assemblies without a page, and traces of deleted pages."""
    ours = {deleted_page_that_ran.RULE.id, source_less_page.RULE.id}
    if not any(finding.rule.id in ours for each in examinations for finding in each.findings):
        return list(examinations)
    addresses = VirtualPathResolver(surveyed)
    raised = [_with_raised(each, addresses) for each in examinations]
    remnants = _gather(raised)
    traces = (trace for each in list(remnants.values())[:MOST_TRACES] for trace in _traces(each, addresses))
    return [*raised, *traces]


def _with_raised(examination: Examination, addresses: VirtualPathResolver) -> Examination:
    """Raise the findings about an assembly in a ``bin`` folder whose page is missing from the site."""
    rule = source_less_page.RULE
    findings = [_without_source(f, examination, addresses) if f.rule.id == rule.id else f for f in examination.findings]
    return replace(examination, findings=tuple(findings))


def _without_source(finding: Finding, examination: Examination, addresses: VirtualPathResolver) -> Finding:
    virtual_path, hashed = finding.facts.get("virtual_path"), finding.facts.get("directory_hash")
    if finding.severity > Severity.INFO or not isinstance(virtual_path, str):
        return finding
    folder, _, last = examination.subject.path.replace("/", "\\").rpartition("\\")[0].rpartition("\\")
    names = virtual_path.strip("/").split("/")
    inside = next((names[at:] for at in range(len(names)) if _hash_of(names[at:-1]) == hashed), None)
    if last.lower() != "bin" or inside is None:
        return finding
    place = addresses.resolve_below(folder, inside)
    if place.found or not place.listed:
        return finding
    message = f"{virtual_path} answers from an assembly, and no page is there, although its directory was collected"
    rule = source_less_page.RULE
    return replace(finding, message=message, severity=rule.severity, confidence=rule.confidence)


def _hash_of(names: Sequence[str]) -> str:
    return directory_hash("/".join(("~", *names)))


def _gather(examinations: Sequence[Examination]) -> dict[str, _Remnants]:
    """Return the remnants of each page by its address; for a bare assembly, it follows from the hash in its name."""
    grave = {
        each.subject.path.lower(): [f for f in each.findings if f.severity >= Severity.HIGH]
        for each in examinations
        if each.subject.path.lower().endswith(".dll")
    }
    found: dict[str, _Remnants] = {}
    for examination in examinations:
        for finding in examination.findings:
            if finding.rule.id != deleted_page_that_ran.RULE.id or finding.severity > Severity.INFO:
                continue
            address = _address(finding)
            if address is not None:
                remnants = found.setdefault(address.lower(), _Remnants(address))
                _add(remnants, finding, examination.subject, grave)
                remnants.beside += examination.findings
    return found


def _address(finding: Finding) -> str | None:
    virtual_path = finding.facts.get("virtual_path")
    if isinstance(virtual_path, str):
        return virtual_path if virtual_path.startswith("/") and not virtual_path.endswith("…") else None
    application, page = str(finding.facts["application"]), str(finding.facts["page"])
    above = "" if application == "root" else f"/{application}"
    directories = (*USUAL_DIRECTORIES, *expected_directories(application))
    for each in directories:
        if _hash_of(each.split("/") if each else ()) == finding.facts["directory_hash"]:
            return "/".join((above, each, page)) if each else f"{above}/{page}"
    return None


def _add(remnants: _Remnants, finding: Finding, subject: Subject, grave: dict[str, list[Finding]]) -> None:
    remnants.notes.append(finding)
    if subject.times.modified_utc is not None:
        remnants.times.append(subject.times.modified_utc)
    remnants.original = remnants.original and subject.times.original
    folder = subject.path.lower()[: len(subject.path) - len(subject.path.replace("/", "\\").rpartition("\\")[2])]
    assembly = finding.facts.get("assembly")
    name = f"{folder}{assembly}.dll".lower() if assembly else subject.path.lower().removesuffix(".delete")
    for each in grave.get(name, ()):
        remnants.joined.setdefault(f"{each.rule.id} {each.message}", each)


def _traces(remnants: _Remnants, addresses: VirtualPathResolver) -> Iterator[Examination]:
    """Yield the trace of a missing page, but none if an update of Exchange may have removed it."""
    places = addresses.resolve(remnants.virtual_path)
    if any(place.found for place in places) or (is_expected_page(remnants.virtual_path) and not remnants.joined):
        return
    deleted = bool(places) and all(place.listed for place in places)
    place = next((each for each in places if each.listed), places[0] if places else None)
    subject = Subject(
        SubjectKind.TRACE,
        remnants.virtual_path if place is None else place.server_path,
        presence=Presence.DELETED if deleted else Presence.NOT_COLLECTED,
        role=Role.GIVEN if place is None else place.role,
    )
    yield Examination(subject, (_claim(remnants, place, deleted=deleted),))


def _claim(remnants: _Remnants, place: PageLocation | None, *, deleted: bool) -> Finding:
    first = second_in_utc(min(remnants.times, default=None))
    severity, confidence = _weight(remnants.virtual_path, place, deleted=deleted)
    lost = "was not collected, so whether it is still there is not known"
    if any(f.rule is page_ran_where_exchange_has_none.RULE for f in remnants.beside):
        lost = "lies in no folder of Exchange: perhaps it was never a file"
    what = "was deleted" if deleted else lost
    since = f" (first on {first})" if first is not None and remnants.original else ""
    message = f"the page {remnants.virtual_path} ran{since} and {what}"
    if remnants.joined:
        severity, confidence = Severity.CRITICAL, Confidence.HIGH
        message += f"; of its assembly: {next(iter(remnants.joined.values())).message}"
    evidence = [each for note in remnants.notes for each in note.evidence]
    facts: dict[str, FactValue] = {
        "virtual_path": remnants.virtual_path,
        ("first_ran" if remnants.original else "first_ran_if_times_are_kept"): first,
        "remnants": tuple(dict.fromkeys(each.path for each in evidence[:20])),
        "assembly_rules": tuple(sorted({each.rule.id for each in remnants.joined.values()})) or None,
        "marked_for_deletion": any(each.path.lower().endswith(".delete") for each in evidence) or None,
    }
    ideas = () if remnants.joined else (ABSENCE,)
    rule = deleted_page_that_ran.RULE
    return claim(rule, message, *evidence, severity=severity, confidence=confidence, facts=facts, ideas=ideas)


def _weight(virtual_path: str, place: PageLocation | None, *, deleted: bool) -> tuple[Severity, Confidence]:
    """Return the weight of the absence by itself: in a directory of setup, only setup deletes pages."""
    role = None if place is None else place.role
    if virtual_path.lower().endswith(_WITHOUT_FILE):
        return (Severity.LOW if deleted and role in _OWNED else Severity.INFO), Confidence.LOW
    if role in TIGHT_ROLES:
        return (Severity.HIGH, Confidence.HIGH) if deleted else (Severity.LOW, Confidence.MEDIUM)
    if role in _OWNED:
        return (Severity.MEDIUM, Confidence.MEDIUM) if deleted else (Severity.INFO, Confidence.MEDIUM)
    return (Severity.LOW if deleted else Severity.INFO), Confidence.MEDIUM

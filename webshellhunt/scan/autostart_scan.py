"""The examination of the autostarts of the registry; each key, or value of a key that has several, is a subject."""

from __future__ import annotations

from dataclasses import replace

from webshellhunt.detectors import detectors_on
from webshellhunt.fence import Fence
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind, iter_autostarts
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.host.walk.survey import Survey
from webshellhunt.knowledge.programs import program_of
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.limits import Job
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Examination, Subject, SubjectKind
from webshellhunt.scan.registration_scan import MOST_REPORTED

_REGISTRY = "registry"
_SHOWN = 160
_PROGRAMS = (".exe", ".dll")
_NAMED = frozenset(
    {AutostartKind.VALUE, AutostartKind.PORT_PROXY, AutostartKind.ADDRESS, AutostartKind.FIREWALL}
    | {AutostartKind.MACHINE_KEY}
)


def examine_autostarts(survey: Survey, job: Job) -> list[Examination]:
    """Return an examination of each autostart of the registry with a finding, or with a rule that crashed."""
    gaps: list[Gap] = []
    outer = Fence(_REGISTRY)
    detectors = detectors_on(Autostart) if job.detectors else ()
    examined: dict[str, Examination] = {}
    noted: dict[str, Examination] = {}
    for autostart in outer.each("registry", lambda: iter_autostarts(survey.paths, gaps)):
        fence = Fence(autostart.key)
        findings = fence.collect_each("autostart", detectors, (autostart,))
        findings = [_with_file(each, survey.paths) for each in findings]
        if findings or fence.gaps:
            reported = examined if fence.gaps or any(f.severity > Severity.INFO for f in findings) else noted
            _add(reported, _subject(autostart, survey), findings, fence.gaps)
    gaps = [*outer.gaps, *gaps]
    if gaps:
        examined[_REGISTRY] = Examination(Subject(SubjectKind.REGISTRATION, _REGISTRY), gaps=tuple(gaps))
    return [*examined.values(), *noted.values()]


def _with_file(finding: Finding, paths: HostPaths) -> Finding:
    """Return a finding with the file of its program: its path, or that it is missing or was not collected."""
    program = program_of(str(finding.facts.get("program") or finding.facts.get("command") or ""))
    folder = program.rpartition("\\")[0]
    if not folder:
        return finding
    entry = paths.find(program)
    if entry is not None and entry.kind is EntryKind.FILE:
        return replace(finding, facts={**finding.facts, "program_file": paths.display_path(entry.path)})
    listed = (name.lower() for each in paths.find_all(folder) for name in paths.lookup.names(each.path))
    if entry is not None:
        return finding
    if not any(name.endswith(_PROGRAMS) for name in listed):  # a collection without programs proves nothing
        return replace(finding, facts={**finding.facts, "program_not_collected": True})
    message = f"{finding.message}; the file {program[:_SHOWN]} is missing"
    return replace(finding, message=message, facts={**finding.facts, "program_missing": True})


def _add(reported: dict[str, Examination], subject: Subject, findings: list[Finding], gaps: list[Gap]) -> None:
    """Add the findings about one autostart; those about the same key and value are of one subject."""
    known = reported.get(subject.path)
    if known is not None:
        findings, gaps = [*known.findings, *findings], [*known.gaps, *gaps]
    elif len(reported) >= MOST_REPORTED:
        return
    reported[subject.path] = Examination(subject, tuple(findings), tuple(gaps))


def _subject(autostart: Autostart, survey: Survey) -> Subject:
    """Return the subject of an autostart: its key, with the name of the value where a key has several."""
    path = autostart.key
    if autostart.kind in _NAMED and autostart.name:
        path = f"{path} ({autostart.name[:200]})"
    entry = survey.paths.find(autostart.hive) if autostart.hive else None
    return Subject(
        SubjectKind.REGISTRATION,
        path,
        source_path=survey.paths.lookup.source.locate(entry.path) if entry is not None else None,
        times=Timestamps(modified_utc=autostart.written_utc, original=autostart.written_utc is not None),
    )

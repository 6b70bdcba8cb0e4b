"""Fit: one cause that shows in many files of a host is reported once.

A host of a build that no baseline covers differs in thousands of files, and so does a host that was updated after the
baseline was made. The report contains one gap for it instead of a suspicion for each file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from webshellhunt.baselines.known_contents import Baselines
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Host
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Examination

CHANGED_RULE = "changed-stock-file"
UNLISTED_RULE = "unlisted-page"
FEW = 20
"""The most changed files that are reported one by one; above, those that are not executed become one gap."""

_ADVICE = "make a list with 'webshellhunt baseline make' from a clean server or setup medium of the same build"
_FOLDERS = 3


def uncovered(host: Host, baselines: Baselines) -> Iterator[Gap]:
    """Yield a gap if no baseline covers the installed build of Exchange, so that changed pages are not recognised."""
    if host.exchange and not baselines.covers(host.builds):
        unfit = (
            f"no list of shipped files covers the installed build {', '.join(host.builds)}"
            if host.builds
            else "the installed build is unknown (no ExSetup.exe), so no list of shipped files could be chosen"
        )
        reason = f"{unfit}: changed and added pages are not recognised; {_ADVICE}"
        yield Gap("build-not-covered", "survey", host.exchange[0].path, reason)


def group_deviations(examinations: Sequence[Examination], others: int = 0) -> tuple[list[Examination], list[Gap]]:
    """Return the examinations and gaps with findings of one cause taken together; ``others`` are further known files.

    If more files differ than are known, the baseline does not fit this host: differences are dropped, and an unlisted
    page is a hint only. Else, if more than a few differ, those that the server executes stay, and the others become one
    gap.
    """
    changed = [e for e in examinations if _is_changed(e)]
    known = sum(e.known_good is not None for e in examinations) + others
    if len(changed) <= FEW:
        return list(examinations), []
    if len(changed) > known:
        reason = (
            f"{len(changed):,} files differ from the list of shipped files and {known:,} are in it: the list does "
            f"not fit this server, so these differences are not reported; {_ADVICE}"
        )
        hinted = [_hinted(examination) for examination in _without(examinations, changed)]
        return hinted, [Gap("baseline-does-not-fit", "examine", _common(changed), reason)]
    minor = [e for e in changed if all(f.severity < Severity.MEDIUM for f in e.findings if _says_changed(f.rule.slug))]
    if len(minor) <= FEW:
        return list(examinations), []
    folders = Counter(e.subject.path.replace("/", "\\").rpartition("\\")[0] for e in minor).most_common(_FOLDERS)
    named = ", ".join(f"{folder} ({count})" for folder, count in folders)
    reason = (
        f"{len(minor):,} scripts and libraries differ from the list of shipped files, most in {named}; "
        "'webshellhunt baseline compare' lists them"
    )
    return _without(examinations, minor), [Gap("many-changed-files", "examine", _common(minor), reason)]


def _hinted(examination: Examination) -> Examination:
    """Return an examination with its finding of an unlisted page reduced to a hint."""
    if all(finding.rule.slug != UNLISTED_RULE for finding in examination.findings):
        return examination
    findings = [
        replace(f, severity=Severity.LOW, confidence=Confidence.LOW) if f.rule.slug == UNLISTED_RULE else f
        for f in examination.findings
    ]
    return replace(examination, findings=tuple(findings))


def _says_changed(slug: str) -> bool:
    return slug == CHANGED_RULE


def _is_changed(examination: Examination) -> bool:
    return any(_says_changed(finding.rule.slug) for finding in examination.findings)


def _without(examinations: Sequence[Examination], which: Collection[Examination]) -> list[Examination]:
    """Return the examinations, some of them without the finding of changed content."""
    chosen = {id(examination) for examination in which}
    return [
        replace(e, findings=tuple(f for f in e.findings if not _says_changed(f.rule.slug))) if id(e) in chosen else e
        for e in examinations
    ]


def _common(examinations: Sequence[Examination]) -> str:
    """Return the common folder of these files, as a path of the server."""
    split = [e.subject.path.replace("/", "\\").split("\\")[:-1] for e in examinations]
    shared = []
    for parts in zip(*split, strict=False):
        if len(set(parts)) > 1:
            break
        shared.append(parts[0])
    return "\\".join(shared)

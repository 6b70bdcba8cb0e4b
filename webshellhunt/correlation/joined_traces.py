"""Joined traces: several witnesses of one content at one path make one examination.

::

    traces of a path ─┬▶ equal or unknown content: one trace with the findings of all
                      ├▶ other content: another trace, with its own digest
                      └▶ not collected, and a file was examined there: findings of that file
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.host.machine.paths import fold
from webshellhunt.knowledge.exchange_names import usual_address
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import Role
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind


def join_traces(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations, with one trace for each content of a missing page, at the place of its first trace.

    A trace in a log is not that of a page. If there are several contents, a trace without a content is joined with the
    one that has the gravest finding. A trace that has only an address is joined with one at its usual path.
    """
    files = {
        fold(each.subject.path): number
        for number, each in enumerate(examinations)
        if each.subject.kind is SubjectKind.FILE
    }
    traces: dict[str, list[int]] = defaultdict(list)
    pages = [each.subject.path for each in examinations if is_of_missing_page(each.subject)]
    places = {fold(address): fold(path) for path in pages if (address := usual_address(path)) is not None}
    for number, each in enumerate(examinations):
        if each.subject.kind is SubjectKind.TRACE:
            path = fold(each.subject.path)
            traces[places.get(path, path)].append(number)
    joined = dict(enumerate(examinations))
    for path, numbers in traces.items():
        if path in files:
            numbers = _joined_with_file(joined, files[path], numbers)
        numbers = [each for each in numbers if is_of_missing_page(joined[each].subject)]
        if len(numbers) > 1:
            joined.update(_contents({each: joined.pop(each) for each in numbers}))
    return [joined[number] for number in sorted(joined)]


def _joined_with_file(joined: dict[int, Examination], file: int, numbers: Sequence[int]) -> list[int]:
    """Give the findings of traces without a content to a file that was collected after all; return the other traces."""
    found = [each for each in numbers if _is_uncollected(joined[each].subject)]
    for each in found:
        trace = joined.pop(each)
        joined[file] = replace(joined[file], findings=_findings([joined[file], trace]))
    return [each for each in numbers if each not in found]


def _is_uncollected(subject: Subject) -> bool:
    return subject.presence is Presence.NOT_COLLECTED and subject.sha256 is None


def is_of_missing_page(subject: Subject) -> bool:
    """Return True for the trace of a page; that of a log is there, and has neither a content nor a role."""
    is_known = subject.sha256 is not None or subject.role is not Role.GIVEN
    return subject.kind is SubjectKind.TRACE and (subject.presence is not Presence.PRESENT or is_known)


def _contents(traces: dict[int, Examination]) -> list[tuple[int, Examination]]:
    """Return one trace for each content, with its number."""
    by_digest: dict[str | None, list[int]] = defaultdict(list)
    for number, each in traces.items():
        by_digest[each.subject.sha256].append(number)
    unknown = by_digest.pop(None, [])
    groups = list(by_digest.values()) or [[]]
    gravest = max(groups, key=lambda numbers: max((_gravity(traces[each]) for each in numbers), default=(0, 0)))
    gravest[:] = sorted([*gravest, *unknown])
    return [(numbers[0], _joined([traces[each] for each in numbers])) for numbers in groups]


def _gravity(examination: Examination) -> tuple[int, int]:
    return max(((each.severity, each.confidence) for each in examination.findings), default=(0, 0))


def _joined(same: Sequence[Examination]) -> Examination:
    """Return one examination for several traces of one content, with the knowledge of all."""
    subjects = [each.subject for each in same]
    content = next((each for each in subjects if each.sha256 is not None), subjects[0])
    times = sorted((each.times for each in subjects if each.times != Timestamps()), key=lambda each: not each.original)
    with_content = [each for each in same if each.subject.sha256 is not None] or same
    known = {each.known_good for each in with_content}
    subject = replace(
        content,
        path=min(subjects, key=lambda each: each.path.startswith("/")).path,
        presence=_presence(subjects),
        role=next((each.role for each in subjects if each.role is not Role.GIVEN), Role.GIVEN),
        executable=any(each.executable for each in subjects),
        times=times[0] if times else Timestamps(),
    )
    gaps: tuple[Gap, ...] = tuple(dict.fromkeys(gap for each in same for gap in each.gaps))
    return Examination(subject, _findings(same), gaps, known.pop() if len(known) == 1 else None)


def _presence(subjects: Sequence[Subject]) -> Presence:
    """Return the presence of a page: a witness of its deletion knows more than one that has not seen it."""
    found = {each.presence for each in subjects}
    return next(each for each in (Presence.DELETED, Presence.PRESENT, Presence.NOT_COLLECTED) if each in found)


def _findings(same: Sequence[Examination]) -> tuple[Finding, ...]:
    """Return the findings of all examinations, each claim once."""
    found: dict[tuple[str, str], Finding] = {}
    for finding in (finding for each in same for finding in each.findings):
        found.setdefault((finding.rule.id, finding.message), finding)
    return tuple(found.values())

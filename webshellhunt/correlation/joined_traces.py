"""Joined traces: two witnesses of the same missing file make one trace."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.host.machine.paths import fold
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind


def join_traces(examinations: Sequence[Examination]) -> list[Examination]:
    """Return the examinations, with one trace for each missing file, which has the findings of all its traces.

    A trace in a log is not that of a missing file.
    """
    by_path: dict[str, list[Examination]] = defaultdict(list)
    for each in examinations:
        if _is_missing_file(each.subject):
            by_path[fold(each.subject.path)].append(each)
    joined = list[Examination]()
    for each in examinations:
        same = by_path.get(fold(each.subject.path), []) if _is_missing_file(each.subject) else []
        if len(same) <= 1:
            joined.append(each)
        elif each is same[0]:
            joined.append(_joined(same))
    return joined


def _is_missing_file(subject: Subject) -> bool:
    return subject.kind is SubjectKind.TRACE and subject.presence is not Presence.PRESENT


def _joined(same: Sequence[Examination]) -> Examination:
    """Return one examination for several traces; the one with the content has the facts about the file."""
    best = max(same, key=lambda each: (each.subject.sha256 is not None, each.subject.times.original))
    is_deleted = any(each.subject.presence is Presence.DELETED for each in same)
    subject = replace(
        best.subject,
        presence=Presence.DELETED if is_deleted else Presence.NOT_COLLECTED,
        executable=any(each.subject.executable for each in same),
    )
    known = {each.known_good for each in same}
    return Examination(
        subject,
        tuple(finding for each in same for finding in each.findings),
        tuple(dict.fromkeys(gap for each in same for gap in each.gaps)),
        known.pop() if len(known) == 1 else None,
    )

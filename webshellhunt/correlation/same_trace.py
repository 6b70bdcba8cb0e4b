"""Same trace: traces of one page from several witnesses become one trace with the findings of all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind


def merge_traces(examinations: Iterable[Examination]) -> list[Examination]:
    """Return the examinations; all traces of one path are one, at the place of the first of them."""
    merged: dict[object, Examination] = {}
    for number, each in enumerate(examinations):
        is_trace = each.subject.kind is SubjectKind.TRACE
        key: object = each.subject.path.lower() if is_trace else number
        known = merged.get(key)
        merged[key] = each if known is None else join_traces(known, each)
    return list(merged.values())


def join_traces(first: Examination, second: Examination) -> Examination:
    """Return one trace with the findings of both; it has the content, the times and the role that either knows."""
    mine, its = first.subject, second.subject
    content = mine if mine.sha256 is not None or its.sha256 is None else its
    subject = replace(
        mine,
        presence=_presence(mine, its),
        sha256=content.sha256,
        size_bytes=content.size_bytes,
        executable=mine.executable or its.executable,
        times=mine.times if mine.times != Timestamps() else its.times,
    )
    return Examination(subject, _distinct(first, second), tuple(dict.fromkeys((*first.gaps, *second.gaps))))


def _presence(first: Subject, second: Subject) -> Presence:
    """Return the presence of a page: a witness of its deletion knows more than one that has not seen it."""
    found = {first.presence, second.presence}
    return Presence.DELETED if Presence.DELETED in found else first.presence


def _distinct(first: Examination, second: Examination) -> tuple[Finding, ...]:
    known = {(each.rule.id, each.message) for each in first.findings}
    return (*first.findings, *(each for each in second.findings if (each.rule.id, each.message) not in known))

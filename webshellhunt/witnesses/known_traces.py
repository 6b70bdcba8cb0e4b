"""Known traces: the traces of one page from several witnesses become one trace, with the findings of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, Presence, Subject, SubjectKind


def with_known_traces(known: Iterable[Examination], traces: Iterable[Examination]) -> Iterator[Examination]:
    """Yield the traces of a witness, each joined with the trace of the same path that is known already.

    A trace of a later witness replaces the known one, so that it has the findings of both.
    """
    found = {_key(each): each for each in known if each.subject.kind is SubjectKind.TRACE}
    for each in traces:
        earlier = found.get(_key(each))
        found[_key(each)] = each if earlier is None else join_traces(earlier, each)
        yield found[_key(each)]


def _key(examination: Examination) -> str:
    return examination.subject.path.lower()


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

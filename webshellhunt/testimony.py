"""Testimony: witnesses of a host that are neither its pages nor its logs, read between the two.

::

    examinations ─▶ each witness in turn ─▶ more examinations (traces), or the same ones with more findings, and gaps
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from webshellhunt.examined_host import ExaminedHost
from webshellhunt.fence import Fence
from webshellhunt.model.findings import Gap
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.witnesses.antivirus.hearing import hear_antivirus
from webshellhunt.witnesses.file_records import hear_file_records
from webshellhunt.witnesses.snapshots import hear_snapshots

Witness = Callable[[ExaminedHost], Iterator[Examination | Gap]]
"""Yields traces, examinations that replace those of the same subject, and gaps."""

WITNESSES: tuple[tuple[str, Witness], ...] = (
    ("antivirus", hear_antivirus),
    ("file records", hear_file_records),
    ("snapshots", hear_snapshots),
)
"""The witnesses by name, in the order in which they are heard; each has the examinations of the earlier ones."""


def hear_witnesses(host: ExaminedHost) -> tuple[list[Examination], list[Gap]]:
    """Return the examinations of a host after all witnesses were heard, and their gaps.

    A witness that crashes is one gap. None is heard if the job measures rules alone.
    """
    if not host.job.detectors:
        return list(host.examinations), []
    known = {_subject_of(each): each for each in host.examinations}
    fence = Fence(host.source.location, "witnesses")
    gaps: list[Gap] = []
    for name, witness in WITNESSES:
        told = host._replace(examinations=tuple(known.values()))
        for each in fence.collect(name, partial(witness, told)):
            if isinstance(each, Gap):
                gaps.append(each)
            else:
                known[_subject_of(each)] = each
    return list(known.values()), [*gaps, *fence.gaps]


def _subject_of(examination: Examination) -> tuple[SubjectKind, str, str | None]:
    """Return the key of a subject: two files of a source may have the same path on the server."""
    subject = examination.subject
    return subject.kind, subject.path, subject.source_path

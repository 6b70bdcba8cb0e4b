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
from webshellhunt.sources.source import form_of
from webshellhunt.witnesses.signs import (
    has_file_records,
    iter_defender_folders,
    iter_download_queues,
    iter_wmi_repositories,
)

Witness = Callable[[ExaminedHost], Iterator[Examination | Gap]]
"""Yields traces, registrations, examinations of files that replace the known ones, and gaps."""


def _hear_antivirus(host: ExaminedHost) -> Iterator[Examination | Gap]:
    if any(iter_defender_folders(host.surveyed)):
        from webshellhunt.witnesses.antivirus.examinations import hear_antivirus  # here, for a quick start

        yield from hear_antivirus(host)


def _hear_file_records(host: ExaminedHost) -> Iterator[Examination | Gap]:
    if has_file_records(host):
        from webshellhunt.witnesses.file_records import hear_file_records  # here, for a quick start

        yield from hear_file_records(host)


def _hear_snapshots(host: ExaminedHost) -> Iterator[Examination | Gap]:
    if form_of(host.source).snapshots:
        from webshellhunt.witnesses.snapshots import hear_snapshots  # here, for a quick start

        yield from hear_snapshots(host)


def _hear_catalogues(host: ExaminedHost) -> Iterator[Examination | Gap]:
    if any(found.facts.get("signature") == "unsigned" for each in host.examinations for found in each.findings):
        from webshellhunt.witnesses.catalogue_answers import hear_catalogues  # here, for a quick start

        yield from hear_catalogues(host)


def _hear_machine_records(host: ExaminedHost) -> Iterator[Examination | Gap]:
    if any(iter_wmi_repositories(host.surveyed)) or any(iter_download_queues(host.surveyed)):
        from webshellhunt.witnesses.machine_records import hear_machine_records  # here, for a quick start

        yield from hear_machine_records(host)


WITNESSES: tuple[tuple[str, Witness], ...] = (
    ("antivirus", _hear_antivirus),
    ("catalogues", _hear_catalogues),
    ("file records", _hear_file_records),
    ("snapshots", _hear_snapshots),
    ("machine records", _hear_machine_records),
)
"""The witnesses by name, in the order in which they are heard; each has the examinations of the earlier ones."""


def hear_witnesses(host: ExaminedHost) -> tuple[list[Examination], list[Gap]]:
    """Return the examinations of a host after all witnesses were heard, and their gaps.

    A witness that crashes is one gap. None is heard if the job measures rules alone. Traces of one content, from
    several witnesses, are one trace.
    """
    if not host.job.detectors:
        return list(host.examinations), []
    files = {_subject_of(each): each for each in host.examinations if each.subject.kind is not SubjectKind.TRACE}
    traces = [each for each in host.examinations if each.subject.kind is SubjectKind.TRACE]
    fence = Fence(host.source.location, "witnesses")
    gaps: list[Gap] = []
    for name, witness in WITNESSES:
        told = host._replace(examinations=(*files.values(), *traces))
        for each in fence.collect(name, partial(witness, told)):
            if isinstance(each, Gap):
                gaps.append(each)
            elif each.subject.kind is SubjectKind.TRACE:
                traces.append(each)
            else:
                files[_subject_of(each)] = each
    heard = [*files.values(), *traces]
    if traces:
        from webshellhunt.correlation.joined_traces import join_traces

        heard = fence.step("traces of one file", lambda: join_traces(heard), heard)
    return heard, [*gaps, *fence.gaps]


def _subject_of(examination: Examination) -> tuple[SubjectKind, str, str | None]:
    """Return the key of a subject: two files of a source may have the same path on the server."""
    subject = examination.subject
    return subject.kind, subject.path, subject.source_path

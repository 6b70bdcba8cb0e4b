"""Catalogues of Windows as a witness: they clear a native program by its content, or say that it is not of Windows."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Final

from webshellhunt.detectors.binaries import native_module_in_web_directory, program_listens_beside_iis
from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.iis.native_modules import normal_place
from webshellhunt.host.machine.catalogues import NOT_IN_CATALOGUES, catalogues_of
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Examination, SubjectKind

_RULES: Final = frozenset({native_module_in_web_directory.RULE.id, program_listens_beside_iis.RULE.id})
_MOST_FILES: Final = 200
_LARGEST: Final = 16 * 1024 * 1024


def hear_catalogues(host: ExaminedHost) -> Iterator[Examination]:
    """Yield again the examinations of files of Windows that a catalogue may clear, with its answer."""
    paths = host.surveyed.paths
    for each in islice(filter(_is_question, host.examinations), _MOST_FILES):
        entry = paths.find(each.subject.path)
        try:
            data = b"" if entry is None else host.source.read(entry.path, _LARGEST)
        except SourceError:
            continue
        is_stock = None if entry is None else catalogues_of(paths).is_stock(entry, data)
        if is_stock is True:
            yield replace(each, findings=tuple(found for found in each.findings if not _is_open(found)))
        elif is_stock is False:
            yield replace(each, findings=tuple(map(_with_answer, each.findings)))


def _is_question(examination: Examination) -> bool:
    subject = examination.subject
    if subject.kind is not SubjectKind.FILE or not any(map(_is_open, examination.findings)):
        return False
    return normal_place(subject.path).startswith("%windir%\\")


def _is_open(finding: Finding) -> bool:
    return finding.rule.id in _RULES and finding.facts.get("signature") == "unsigned"


def _with_answer(finding: Finding) -> Finding:
    return replace(finding, message=f"{finding.message}; {NOT_IN_CATALOGUES}") if _is_open(finding) else finding

"""Log files: a log is evidence, and no suspect. It quotes what clients send, such as the code of a web shell.

A file is a log by its whole content, and only where nothing runs it: a page that has the name and the first lines of a
log is a page, and a log that a mapping or a page runs is one, too (``correlation.included_logs``).
"""

from __future__ import annotations

from typing import Final

from webshellhunt.logs.recognition import text_outside_rows
from webshellhunt.model.settings import PageKind
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.pages.openings import OF_CLIENTS, SYSTEM_SCRIPTS, opens_anything
from webshellhunt.views.sample import Sample

_READ_AS_CODE: Final = OF_CLIENTS | SYSTEM_SCRIPTS | {"htm", "html", "mht", "shtm", "shtml", "stm", "svg", "xhtml"}
"""Extensions of files that a browser, Windows or a server-side include may run, whatever else they may be."""


def as_evidence(outcome: WorkerResult, sample: Sample) -> WorkerResult:
    """Return the result of a log, whose findings and gaps are about what it quotes; any other as it is."""
    if not (outcome.findings or outcome.gaps) or not _is_log(sample, outcome):
        return outcome
    return outcome._replace(findings=(), gaps=(), quoted=outcome.findings)


def _is_log(sample: Sample, outcome: WorkerResult) -> bool:
    if outcome.executable or sample.nature.kind is not PageKind.STATIC or sample.extension in _READ_AS_CODE:
        return False
    outside = text_outside_rows(sample.data)
    return outside is not None and not opens_anything(outside.lower())

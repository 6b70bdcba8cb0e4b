"""Log files: a log is evidence, and no suspect. It quotes what clients send, such as the code of a web shell.

A file is a log by its whole content, and only where nothing runs it: a page that has the name and the first lines of a
log is a page, and a log that a mapping or a page runs is one, too (``correlation.included_logs``). So are the logs in
an archive that nobody unpacked.
"""

from __future__ import annotations

from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.logs.recognition import text_outside_rows
from webshellhunt.model.findings import Finding
from webshellhunt.model.settings import PageKind
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.pages.openings import opens_anything
from webshellhunt.views.sample import Sample

_ABOUT_LOGS = "WSH7"
"""The start of the numbers of rules about what logs say, which quote nothing."""


def as_evidence(outcome: WorkerResult, sample: Sample) -> WorkerResult:
    """Return the result of a log, whose findings and gaps are about the text that it quotes; any other as it is."""
    if not (outcome.findings or outcome.gaps) or outcome.executable or sample.nature.kind is not PageKind.STATIC:
        return outcome
    if _is_log(sample.artifact.name, sample.data):
        quoted = tuple(each for each in outcome.findings if not each.rule.id.startswith(_ABOUT_LOGS))
        return outcome._replace(findings=tuple(f for f in outcome.findings if f not in quoted), gaps=(), quoted=quoted)
    logs = [(part.start, part.end) for part in sample.carried if not part.executes and _is_log(part.name, part.data)]
    quoted = tuple(each for each in outcome.findings if _is_within(each, logs)) if logs else ()
    return outcome._replace(findings=tuple(f for f in outcome.findings if f not in quoted), quoted=quoted)


def _is_log(name: str, data: bytes) -> bool:
    """Return True for a log, unless a server, a browser or Windows runs a file of its name."""
    if extension_of(name) in RUN_EXTENSIONS:
        return False
    outside = text_outside_rows(data)
    return outside is not None and not opens_anything(outside.lower())


def _is_within(finding: Finding, logs: list[tuple[int, int]]) -> bool:
    """Return True if all evidence of a finding is in the logs of an archive."""
    spans = [each.span for each in finding.evidence]
    return bool(spans) and all(any(start <= span.start and span.end <= end for start, end in logs) for span in spans)

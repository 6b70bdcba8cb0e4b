r"""A crash report of IIS has a library from an odd folder.

What it finds:
    Libraries in ``Report.wer`` of ``w3wp.exe`` that lie in a folder for temporary files, a folder that all users share,
    or ProgramData.

Why it matters:
    The report lists the libraries that the worker process had loaded when it crashed, and outlives a deleted one.
    Loaders and modules of intruders crash pools more often than others.

Looks like:
    ``LoadedModule[93]=C:\ProgramData\Microsoft\x.dll``.

Benign look-alikes:
    Monitoring agents in ProgramData, which are known by their folders; an unknown one there is a question only.

Blind spots:
    Libraries that were loaded from memory. Reports are kept for a limited number of crashes.

References:
    https://learn.microsoft.com/windows/win32/wer/about-wer
"""

from itertools import islice

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.odd_folders import OddPlace, odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH7234", "medium", "high", "T1505.004")
_NAME = "report.wer"
_WORKER = "\\inetsrv\\w3wp.exe"
_MODULE = lazy_pattern(r"^LoadedModule\[\d{1,5}\]=(.{3,500}?)\r?$")
_LONGEST = 1024 * 1024
_MOST = 5_000


def _is_report(sample: Sample) -> bool:
    return sample.artifact.name.lower() == _NAME


@detector(RULE, on=Sample, prefilter=_is_report)
def find(sample: Sample) -> Findings:
    """Report the first library of a worker process from an odd folder, preferring a folder that is sure."""
    if not _is_report(sample) or not sample.layers:
        return
    layer = sample.layers[0]
    text = layer.text[:_LONGEST]
    if _WORKER not in text.lower():
        return
    from webshellhunt.knowledge.products import find_product_at  # here, for a quick start

    found: list[tuple[str, OddPlace]] = []
    for line in islice(text.splitlines(), _MOST):
        module = _MODULE.match(line)
        place = odd_place(module[1]) if module is not None else None
        if module is not None and place is not None and find_product_at(module[1]) is None:
            found.append((module[1], place))
    path, place = min(found, key=lambda each: not each[1].sure, default=("", None))
    if place is not None:
        start = text.find(path)
        severity = RULE.severity if place.sure else Severity.LOW
        message = f"a worker process of IIS had loaded {path}: {place.words}"
        yield claim(RULE, message, layer.evidence(start, start + len(path)), severity=severity)

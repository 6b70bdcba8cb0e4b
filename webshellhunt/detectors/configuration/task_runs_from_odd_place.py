r"""A scheduled task runs a program from a folder that no installer uses, or a hidden command.

What it finds:
    A task below ``System32\Tasks`` whose program, or a path among its arguments, lies in a folder for temporary files
    or one that all users share, in ``PerfLogs`` or ProgramData, or whose command is base64-encoded or downloaded.

Why it matters:
    The task restarts a stopped program, often as SYSTEM, long after the web shell that created the task is gone.

Looks like:
    ``<Command>C:\Users\Public\u.exe</Command>``; ``powershell -enc …``.

Benign look-alikes:
    Products with their updater in ProgramData: a question only. Windows Defender is one, and is left out.

Blind spots:
    Tasks that exist in the registry only, or whose file was changed afterwards; programs under ordinary names in
    ``System32``.

References:
    https://attack.mitre.org/techniques/T1053/005/
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.host.iis.xml_tree import Element, salvage_xml
from webshellhunt.knowledge.odd_folders import OddPlace, odd_place
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.rules import Confidence, Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4018",
    "task-runs-from-odd-place",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1053.005",),
    remedy=Remedy.SCHEDULED_TASK,
)
_FOLDER = lazy_pattern(r"(?:^|[\\/])(?:system32|syswow64)[\\/]tasks[\\/]", re.IGNORECASE)
_PATH = lazy_pattern(r"(?:[a-z]:|%\w{1,40}%)\\[^\"'|<>*?;,\r\n]{1,300}", re.IGNORECASE)
_MOST_ACTIONS = 50
_MOST_PATHS = 20
_LARGEST_BYTES = 1024 * 1024


def _is_task(sample: Sample) -> bool:
    path = sample.artifact.path
    return "tasks" in path.lower() and _FOLDER.search(path) is not None and len(sample.data) <= _LARGEST_BYTES


@detector(RULE, on=Sample, prefilter=_is_task)
def find(sample: Sample) -> Iterator[Finding]:
    """Report each action of a task that runs a suspicious command or a program from an odd folder."""
    if not _is_task(sample):
        return
    task, _ = salvage_xml(sample.data, sample.artifact.path)
    if task is None or task.tag.lower() != "task":
        return
    for action in islice((e for e in task.iter() if e.tag.lower() == "exec"), _MOST_ACTIONS):
        command, arguments = _text(action, "command"), _text(action, "arguments")
        suspicious = find_suspicious_command(f"{command} {arguments}")
        if suspicious is not None:
            yield claim(RULE, f"it runs {suspicious[0]}", _evidence(sample, command), facts={"command": command})
            continue
        found = _odd(command, arguments)
        if found is not None:
            path, place = found
            severity = RULE.severity if place.sure else Severity.LOW
            message = f"it runs {path}: {place.words}"
            yield claim(RULE, message, _evidence(sample, path), severity=severity, facts={"command": command})


def _text(action: Element, name: str) -> str:
    child = action.find(name)
    return "" if child is None else child.text


def _odd(command: str, arguments: str) -> tuple[str, OddPlace] | None:
    """Return the first path of an action in an odd folder, preferring a folder that is sure."""
    paths = [command, *(match[0].strip() for match in islice(_PATH.finditer(arguments), _MOST_PATHS))]
    found = [(path, place) for path in paths if path and (place := odd_place(path)) is not None]
    return min(found, key=lambda each: not each[1].sure, default=None)


def _evidence(sample: Sample, text: str) -> Evidence:
    if not sample.layers:
        return sample.raw_evidence(max(sample.data.find(text.encode("utf-8", "replace")), 0), 1)
    layer = sample.layers[0]
    start = max(layer.text.find(text), 0)
    return layer.evidence(start, start + len(text))

r"""The history of PowerShell has commands of an intruder.

What it finds:
    ``ConsoleHost_history.txt`` in the profile of the system, of a service or of an application pool: somebody typed
    commands there. In any profile, commands that dump credentials, clear logs, change IIS or load code from a network.

Why it matters:
    PowerShell keeps each typed line, with no limit in time. Services and application pools have no sessions: who typed
    as one came through a page, or by a tool that starts programs as SYSTEM.

Looks like:
    ``…\systemprofile\…\PSReadLine\ConsoleHost_history.txt`` with ``reg save hklm\sam …``.

Benign look-alikes:
    Administrators who start PowerShell as SYSTEM with PsExec: a history of ordinary commands there is a question only.
    Installers that are run from an address (``iex`` with a download) in an administrator's history: a question only.

Blind spots:
    The history of a user whose file was deleted, or who switched it off. Scripts and commands that nobody typed.

References:
    https://learn.microsoft.com/powershell/module/psreadline/about/about_psreadline
"""

import re
from dataclasses import replace
from typing import Final

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Layer, Sample

RULE = define_rule(__name__, "WSH7232", "medium", "high", "T1059.001")
_NAME: Final = "consolehost_history.txt"
_SYSTEM = lazy_pattern(r"(?i)[\\/](?:system32|syswow64)[\\/]config[\\/]systemprofile[\\/]")
_SERVICE = lazy_pattern(
    r"(?i)[\\/](?:serviceprofiles[\\/][^\\/]{1,100}|users[\\/](?:[^\\/]{1,100}apppool|\.net v\d[^\\/]{0,40}))[\\/]"
)
_GRAVE = (
    (r"\bcomsvcs(?:\.dll)?[\"']?,?\s*#?(?:MiniDump|24)\b|\bMiniDumpWriteDump\b", "a dump of the memory of a program"),
    (
        r"\breg(?:\.exe)?\s+save\s+[\"']?hk(?:lm|ey_local_machine)\\(?:sam|security|system)\b",
        "a copy of the credentials of Windows",
    ),
    (r"\bntdsutil\b[^\r\n]{0,200}\bifm\b", "a copy of the directory with all passwords"),
    (r"\bwevtutil(?:\.exe)?\s+(?:cl|clear-log)\s|\bClear-EventLog\b", "the clearing of an event log"),
    (
        r"\b(?:Add|Set)-MpPreference\s[^\r\n]{0,200}(?:Exclusion|DisableRealtimeMonitoring\s+\$?(?:true|1))",
        "a weakened antivirus",
    ),
)
_PATTERNS = tuple((lazy_pattern(pattern, re.IGNORECASE), words) for pattern, words in _GRAVE)
_LONGEST: Final = 1024 * 1024
_SHOWN: Final = 120


def _is_history(sample: Sample) -> bool:
    return sample.artifact.name.lower() == _NAME


@detector(RULE, on=Sample, prefilter=_is_history)
def find(sample: Sample) -> Findings:
    """Report a history that a service has, and the gravest command in any history."""
    if not _is_history(sample) or not sample.layers:
        return
    path, layer = sample.artifact.path, sample.layers[0]
    of_service = _SERVICE.search(path) is not None
    of_system = _SYSTEM.search(path) is not None
    told = _gravest(layer.text[:_LONGEST], any_profile=not of_service and not of_system)
    who = "a service or an application pool" if of_service else "the system" if of_system else "a user"
    if told is None:
        if (of_service or of_system) and layer.text.strip():
            severity = RULE.severity if of_service else Severity.LOW
            yield claim(RULE, f"{who} has a history of typed commands of PowerShell", severity=severity)
        return
    words, start, end, sure = told
    severity = Severity.HIGH if of_service or of_system else RULE.severity if sure else Severity.LOW
    yield claim(RULE, f"{who} typed {words} in PowerShell", _evidence(layer, start, end), severity=severity)


def _gravest(text: str, *, any_profile: bool) -> tuple[str, int, int, bool] | None:
    """Return the gravest command in words, its range, and whether it accuses an administrator, too."""
    for pattern, words in _PATTERNS:
        found = pattern.search(text)
        if found is not None:
            is_common = words.startswith(("a weakened", "the clearing"))
            return words, found.start(), found.end(), not is_common
    command = find_suspicious_command(text)
    return None if command is None else (*command, not any_profile)


def _evidence(layer: Layer, start: int, end: int) -> Evidence:
    """Return the command itself: the rest of a line may have a password."""
    return replace(layer.evidence(start, end), excerpt=layer.text[start : min(end, start + _SHOWN)], secrets=None)

"""The PowerShell profile for all users runs hidden code.

What it finds:
    A profile for all users (``profile.ps1`` in the folder of PowerShell) that runs a base64-encoded command, text from
    another machine or an assembly from memory, or that starts a program from a folder that no installer uses.

Why it matters:
    PowerShell runs the profile at the start of each session. The next administrator who opens the Exchange Management
    Shell runs this code with full rights.

Looks like:
    A line that loads an assembly from a string, in a file that does not exist on servers by default.

Benign look-alikes:
    Profiles with aliases, prompts and modules.

Blind spots:
    Profiles of single users. ``RemoteExchange.ps1`` and other scripts of Exchange, which the baseline checks. A profile
    that only imports a module.
"""

import re

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.rules import Remedy
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4019", "medium", "high", "T1546.013", remedy=Remedy.POWERSHELL_PROFILE)
_PROFILE = lazy_pattern(r"(?i)[\\/](?:windowspowershell[\\/]v1\.0|powershell[\\/]7)[\\/](?:[\w.]{1,60}_)?profile\.ps1$")
_STARTED = lazy_pattern(
    r"(?i)(?:[a-z]:|\$env:\w{1,40}|%\w{1,40}%)\\[^\"'|<>*?;,\r\n]{1,300}?\.(?:exe|dll|bat|cmd|vbs|js|ps1)\b"
)
_LONGEST = 64 * 1024


def _is_profile(sample: Sample) -> bool:
    path = sample.artifact.path
    return path.lower().endswith("profile.ps1") and _PROFILE.search(f"\\{path}") is not None


@detector(RULE, on=Sample, prefilter=_is_profile)
def find(sample: Sample) -> Findings:
    """Report suspicious commands and programs from odd folders in a profile."""
    if not _is_profile(sample):
        return
    layer = sample.layers[0]
    command = find_suspicious_command(layer.text)
    if command is not None:
        words, start, end = command
        yield claim(RULE, f"each PowerShell session runs {words}", layer.evidence(start, end))
    for match in _STARTED.finditer(layer.text, 0, _LONGEST):
        place = odd_place(re.sub(r"\$env:(\w+)", r"%\1%", match[0], flags=re.IGNORECASE))
        if place is not None and place.sure:
            message = f"each PowerShell session uses {match[0]}: {place.words}"
            yield claim(RULE, message, layer.evidence(match.start(), match.end()))
            return

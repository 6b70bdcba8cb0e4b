r"""The memory of the process that keeps passwords was written to a file.

What it finds:
    A memory dump of Windows (``MDMP``) that names ``lsass`` or its library, in a folder that is served or where
    intruders keep things, whatever the file is called where all files are looked at.

Why it matters:
    It holds the passwords and tickets of all who had signed in. That it lies here means that it was taken, and most
    likely fetched.

Looks like:
    ``C:\Windows\Temp\lsass.dmp``; the same as ``owa\auth\error.png``.

Benign look-alikes:
    Dumps of other processes; of this one nobody needs any.

Blind spots:
    Dumps that were packed, encrypted or had their mark changed; in the drop places, files that aren't called ``.dmp``.

References:
    https://attack.mitre.org/techniques/T1003/001/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH6022", "memory-of-sign-in", Severity.HIGH, Confidence.HIGH, page=__doc__, techniques=("T1003.001",)
)
_MARK = b"MDMP\x93\xa7"
_NAMES = tuple(name.encode("utf-16-le") for name in ("lsass.exe", "LSASS.EXE", "lsasrv.dll"))


@detector(RULE, on=Sample)
def find(sample: Sample) -> Iterator[Finding]:
    """Report a dump of the process that keeps passwords."""
    if not sample.data.startswith(_MARK):
        return
    place = max(sample.data.find(name) for name in _NAMES)
    if place >= 0:
        evidence = Evidence(sample.artifact.path, "raw", Span(place, place + 18), 1, 1, "")
        yield claim(RULE, "it holds the memory of lsass, which keeps the passwords of all who signed in", evidence)

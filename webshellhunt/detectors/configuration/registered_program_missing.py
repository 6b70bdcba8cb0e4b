r"""A module that the server is told to load is not there.

What it finds:
    The program of a native module or ISAPI filter that isn't in its folder, where that folder was collected with its
    other programs, and at least half of all programs that the configuration loads are there.

Why it matters:
    Somebody deleted it and left its registration: what remains of a back door after a hurried cleaning, or of an
    antivirus that took the file. The name tells what to look for in backups and in memory.

Looks like:
    ``image="%windir%\System32\inetsrv\hhealth.dll"`` with no ``hhealth.dll`` in ``inetsrv``.

Benign look-alikes:
    Products that were removed badly.

Blind spots:
    Collections that hold less than half of the programs (triage tools take the configuration and no library): absence
    says nothing there, and one gap, ``modules-not-collected``, tells how many files were not examined.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.host.iis.registrations import Registration
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.rules import Confidence, Severity

RULE = define_rule(
    "WSH4016",
    "registered-program-missing",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004", "T1070.004"),
)


@detector(RULE, on=Registration)
def find(registration: Registration) -> Iterator[Finding]:
    """Report a program that is registered and isn't there."""
    if not registration.missing:
        return
    place = Span(registration.offset, registration.offset + len(registration.excerpt))
    evidence = Evidence(registration.declared_in, "raw", place, registration.line, 1, registration.excerpt)
    message = f"the {registration.kind} {registration.name} is {registration.target}, which is not there"
    odd = odd_place(registration.target) is not None
    facts = {"registered": registration.target}
    yield claim(RULE, message, evidence, confidence=Confidence.HIGH if odd else RULE.confidence, facts=facts)

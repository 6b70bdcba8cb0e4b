r"""A registered module is missing from its folder.

What it finds:
    A native module or ISAPI filter whose program is not in its folder, if that folder was collected with its other
    programs and at least half of all programs that the configuration loads are present.

Why it matters:
    The program was deleted and its registration left behind: the remains of a back door after a hurried clean-up, or
    after an antivirus removed the file. The name shows which file to look for in backups and in memory.

Looks like:
    ``image="%windir%\System32\inetsrv\hhealth.dll"`` with no ``hhealth.dll`` in ``inetsrv``.

Benign look-alikes:
    Products that were removed incompletely.

Blind spots:
    Collections with less than half of the programs (triage tools take the configuration and no library): absence proves
    nothing there, and one gap, ``modules-not-collected``, states how many files were not examined.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, registration_evidence
from webshellhunt.host.iis.registrations import Registration
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.model.rules import Confidence

RULE = define_rule(__name__, "WSH4016", "medium", "medium", "T1505.004", "T1070.004")


@detector(RULE, on=Registration)
def find(registration: Registration) -> Findings:
    """Report a registered program that is missing."""
    if not registration.missing:
        return
    evidence = registration_evidence(registration)
    message = f"the {registration.kind} {registration.name} is {registration.target}, and that file is missing"
    odd = odd_place(registration.target) is not None
    facts = {"registered": registration.target}
    yield claim(RULE, message, evidence, confidence=Confidence.HIGH if odd else RULE.confidence, facts=facts)

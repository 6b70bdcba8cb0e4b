r"""A COM class of Windows leads to another library.

What it finds:
    A COM class that Windows, its services and tasks use (those of the NGEN tasks, of WMI and others) with another
    library than the stock one; a class of an account or of the machine whose library or program is in an odd folder; a
    class that leads to another class or to a script.

Why it matters:
    Windows itself loads the library: nothing starts it that anybody would look for. MucorAgent took over the class of a
    disabled NGEN task.

Looks like:
    ``CLSID\{de434264-8fe9-4c0b-a83b-89ebeebff78e}\InprocServer32`` = ``C:\ProgramData\ngen.dll``.

Benign look-alikes:
    Classes of products in the profile of a user (OneDrive, Teams, browsers): no finding.

Blind spots:
    Classes of the machine that the table lacks, with a library in an ordinary folder.

References:
    https://www.bitdefender.com/en-us/blog/businessinsights/curly-comrades-new-threat-actor-targeting-geopolitical-hotbeds
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import judge_class
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4059", "medium", "high", "T1546.015", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(server: Autostart) -> Findings:
    """Report each COM class that leads elsewhere."""
    if server.kind is AutostartKind.CLASS:
        claim = judge_class(server)
        if claim is not None:
            yield claim_autostart(RULE, claim.words, server, weight=claim.weight, program=claim.program)

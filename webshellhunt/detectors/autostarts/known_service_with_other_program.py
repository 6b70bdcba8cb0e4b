r"""A service of Windows or Exchange starts another program than the one that its product installs.

What it finds:
    A service with the name of one of Windows, IIS or Exchange whose program or library (``ServiceDll``) is another one,
    or that starts a command each time it fails although its product sets none.

Why it matters:
    Everybody knows the name, and no tool lists a new service. The program runs as SYSTEM at each start of Windows.

Looks like:
    ``Services\Fax`` with ``ImagePath`` = ``C:\Windows\System32\fxsupd.exe``; ``Services\W3SVC`` with
    ``FailureCommand`` = ``cmd.exe /c …``.

Benign look-alikes:
    Another edition of the same program under Program Files, such as OpenSSH: no finding.

Blind spots:
    Services of Windows that the table lacks; a program with the stock name and other content.

References:
    https://learn.microsoft.com/windows/win32/services/services
"""

from webshellhunt.detectors.claims_of_services import service_finder
from webshellhunt.detectors.contract import Detector, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.service_claims import ServiceIdea
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4051", "medium", "high", "T1543.003", remedy=Remedy.REGISTRY)

find: Detector = detector(RULE, on=Autostart)(service_finder(RULE, ServiceIdea.OTHER_PROGRAM))

r"""A service of no known product starts a program among the files of Windows or Exchange.

What it finds:
    A service whose program lies in a folder of Windows or Exchange, or whose library is loaded by ``svchost.exe``,
    while neither Windows, Exchange nor a known product has a service with this name or program. Drivers are left out.

Why it matters:
    Products install their services into folders of their own. Intruders choose the folder of Windows so that the path
    looks right (NAPLISTENER as ``Wmdtc.exe``, HTTPSnoop, Rungan).

Looks like:
    ``ImagePath`` = ``C:\Windows\SysWOW64\Wmdtc.exe``; ``svchost.exe -k netsvcs`` with ``ServiceDll`` =
    ``…\System32\msupd.dll``.

Benign look-alikes:
    Programs of hardware makers and hypervisors in ``System32``: a table has those that are known. Remote support
    products are a question, because intruders install them, too.

Blind spots:
    Services under Program Files; programs under the name of a program of Windows that is no service.

References:
    https://www.elastic.co/security-labs/naplistener-more-bad-dreams-from-the-developers-of-siestagraph
"""

from webshellhunt.detectors.claims_of_services import service_finder
from webshellhunt.detectors.contract import Detector, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.service_claims import ServiceIdea
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4052", "medium", "high", "T1543.003", "T1036.005", remedy=Remedy.REGISTRY)

find: Detector = detector(RULE, on=Autostart)(service_finder(RULE, ServiceIdea.FOREIGN))

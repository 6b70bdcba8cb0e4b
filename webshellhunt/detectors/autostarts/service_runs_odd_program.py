r"""A service starts a program from an odd folder, an interpreter, or a tunnel.

What it finds:
    A service or driver of the registry whose program or library lies in a folder for temporary files, in one that all
    users share, in ProgramData, in a web directory or the folder of IIS, in a user's profile or on a share; whose
    command is an interpreter, encoded or a tunnel; that starts such a program each time it fails; or that no tool lists
    because its security descriptor denies it.

Why it matters:
    A service runs as SYSTEM at each start of Windows, and no patch of Exchange removes it. Installers of BadIIS and
    tunnels of Visual Studio Code stay as services.

Looks like:
    ``ImagePath`` = ``C:\ProgramData\upd\svc.exe``; ``powershell -enc …``; ``code-tunnel.exe tunnel service
    internal-run``.

Benign look-alikes:
    Products with their programs in ProgramData, such as Microsoft Defender: a table has them.

Blind spots:
    A program in an ordinary folder under Program Files under the name of an unknown product; a stock program that was
    replaced.

References:
    https://www.trendmicro.com/en_us/research/25/b/chinese-speaking-group-manipulates-seo-with-badiis.html
"""

from webshellhunt.detectors.claims_of_services import service_finder
from webshellhunt.detectors.contract import Detector, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.service_claims import ServiceIdea
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4050", "medium", "high", "T1543.003", remedy=Remedy.REGISTRY)

find: Detector = detector(RULE, on=Autostart)(service_finder(RULE, ServiceIdea.PROGRAM))

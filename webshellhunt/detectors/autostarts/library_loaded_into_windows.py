r"""The registry loads a library of no known product into processes of Windows.

What it finds:
    Libraries of LSA (notification, authentication and security packages), print monitors, processors and providers,
    helpers of netsh, time and network providers, AppCertDlls, AppInit_DLLs, extensions of Group Policy, of Winsock and
    of others that Windows does not ship, or that lie in an odd folder.

Why it matters:
    Such a library runs in lsass.exe, in the print spooler or in each process, at each start of Windows. A notification
    package receives each new password in clear text.

Looks like:
    ``Lsa``, ``Notification Packages`` = ``scecli``, ``pwdflt``; ``NetSh``, ``x`` = ``C:\ProgramData\h.dll``.

Benign look-alikes:
    Printers, password filters and network clients of known products: the table of places and that of products have
    them.

Blind spots:
    A stock library that was replaced under its name.

References:
    https://attack.mitre.org/techniques/T1556/002/
"""

from webshellhunt.detectors.claims_of_values import detector_of_values
from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4058", "medium", "high", "T1547", "T1546", remedy=Remedy.REGISTRY)
find: Detector = detector_of_values(RULE)

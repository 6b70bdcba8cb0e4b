r"""The registry starts an odd program with Windows or at each sign-in.

What it finds:
    A program of the Run keys of the machine and of accounts, of Winlogon, Active Setup, sign-in scripts, screen savers,
    ``AutoRun`` of cmd.exe, remote sessions or the start of Windows. At places that Windows leaves empty it is any
    program; elsewhere it is an interpreter, or one in an odd folder or with the name of a program of Windows.

Why it matters:
    The next sign-in of an administrator starts the program with his rights, after any patch.

Looks like:
    ``Run`` = ``C:\Users\Public\u.exe``; ``Userinit`` = ``userinit.exe,C:\Windows\x.exe``.

Benign look-alikes:
    Products that start at sign-in from their folders under Program Files: no finding.

Blind spots:
    A program under Program Files with the name of an unknown product.

References:
    https://attack.mitre.org/techniques/T1547/004/
"""

from webshellhunt.detectors.claims_of_values import detector_of_values
from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4056", "medium", "high", "T1547.001", remedy=Remedy.REGISTRY)
find: Detector = detector_of_values(RULE)

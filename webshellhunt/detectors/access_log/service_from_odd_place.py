r"""A service was made whose program is in an odd place, or is a command.

What it finds:
    Events 7045 and 4697 whose program is in a web directory, in a folder for temporary files or in another one that
    anyone may write to, or whose command starts an interpreter.

Why it matters:
    Tools that move from machine to machine run their commands as services; a service also survives a restart.

Looks like:
    ``%COMSPEC% /Q /c echo …``; ``C:\Windows\Temp\x.exe``; ``powershell -enc …``.

Benign look-alikes:
    Drivers of measuring tools in folders for temporary files and products in ProgramData are leads only.
    Administrators' remote tools (PsExec) in the Windows directory are no finding.

Blind spots:
    Services in ordinary folders; services that were written to the registry.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7212", "high", "medium", "T1543.003")

find: Detector = acts_detector(RULE, Idea.SERVICE_MADE, "a service was made from an odd place")

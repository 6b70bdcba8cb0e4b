r"""Antivirus software was weakened, according to an event log.

What it finds:
    Events of Microsoft Defender: an exclusion (5007) that no product needs: a whole drive, a folder in which anyone may
    write, an extension that the server executes, an interpreter. Real-time protection that was switched off (5001) is a
    note.

Why it matters:
    Intruders exclude the folder of their tools first, and then bring them.

Looks like:
    ``HKLM\SOFTWARE\Microsoft\Windows Defender\Exclusions\Paths\C:\Users\Public = 0x0`` as the new value of an event
    5007.

Benign look-alikes:
    An administrator in a hurry. Exclusions that Microsoft recommends for Exchange are left out.

Blind spots:
    Exclusions of ordinary folders, by a policy, or from before the log begins.

References:
    https://learn.microsoft.com/en-us/defender-endpoint/troubleshoot-microsoft-defender-antivirus
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH6047", "medium", "medium", "T1685")

find: Detector = acts_detector(RULE, Idea.PROTECTION_WEAKENED, "Defender was weakened")

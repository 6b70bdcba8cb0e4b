r"""Antivirus software detected a page, according to an event log.

What it finds:
    Events of Microsoft Defender (1006, 1007, 1116, 1117) about a file in a web folder: a web shell by the name of the
    threat, or malware under the name of a page.

Why it matters:
    The events stay when the quarantine and the history are emptied, and are often the only copy on a central server of
    logs.

Looks like:
    Event 1117, ``quarantine: Backdoor:ASP/Chopper in C:\inetpub\wwwroot\aspnet_client\x.aspx``.

Benign look-alikes:
    A page that Defender took by mistake; the copy of a web shell in the work of an analyst, below a folder ``wwwroot``.

Blind spots:
    Web folders at unusual places, as the event has a path only.

References:
    https://learn.microsoft.com/en-us/defender-endpoint/troubleshoot-microsoft-defender-antivirus
"""

from webshellhunt.detectors.contract import ABSENCE, DETECTION, Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH6046", "high", "medium")

find: Detector = acts_detector(RULE, Idea.PAGE_DETECTED, "Defender detected pages", ideas=(DETECTION, ABSENCE))

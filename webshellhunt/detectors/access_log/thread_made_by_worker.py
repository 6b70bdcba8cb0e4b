"""A worker process of the server made a thread in another program, or a program from an odd place made one in it.

What it finds:
    Event 8 of Sysmon with ``w3wp.exe``, Unified Messaging or the mailbox replication as the source, or as the target of
    a program in a folder where anyone may write.

Why it matters:
    Code is injected into another program to outlive the web shell, to read passwords (``lsass.exe``), or to run without
    a file in the worker process.

Looks like:
    ``w3wp.exe`` makes a thread in ``lsass.exe``.

Benign look-alikes:
    Windows, debuggers and security software make threads in a worker process: their programs are not in such folders.

Blind spots:
    Other ways of injection; servers without Sysmon.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7220", "critical", "high", "T1055", "T1505.003")

find: Detector = acts_detector(RULE, Idea.THREAD_MADE, "code was put into another program")

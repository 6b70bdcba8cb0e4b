"""A worker process of the server started an interpreter or a tool of administration.

What it finds:
    Event 1 of Sysmon and event 4688 of the Security log: ``w3wp.exe`` or Unified Messaging as the parent of an
    interpreter of commands, or of tools such as ``whoami`` and ``net``.

Why it matters:
    It is the use of a shell, or of code in memory that has no file at all.

Looks like:
    ``cmd /c whoami`` below the application pool of OWA.

Benign look-alikes:
    Applications that convert pictures or print by a command: suspicious there. The compilers that ASP.NET starts are
    none of these programs. No pool of Exchange starts commands.

Blind spots:
    Code that stays inside the worker process; servers that don't audit processes.
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7215", "critical", "high", "T1505.003", "T1059.003")

find: Detector = acts_detector(RULE, Idea.INTERPRETER_STARTED, "a worker process started commands")

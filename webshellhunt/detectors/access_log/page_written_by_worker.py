r"""A program other than setup wrote a page into a web directory.

What it finds:
    Event 11 of Sysmon: a page written by a worker process (``w3wp.exe``), by Unified Messaging or the mailbox
    replication service, or over a share; in a directory that only setup writes to, by any other program.

Why it matters:
    It is the plant itself, with its time and its path, even if the page is gone.

Looks like:
    ``System`` creates ``…\HttpProxy\owa\auth\x.aspx``; ASP.NET compiles it two seconds later.

Benign look-alikes:
    Sites whose own upload or deployment writes pages: suspicious there, malicious only in directories of setup. An
    administrator who edits a page of Exchange in an editor is below that.

Blind spots:
    Servers without Sysmon, or with a configuration that leaves these files out.

References:
    https://learn.microsoft.com/en-us/sysinternals/downloads/sysmon
"""

from webshellhunt.detectors.contract import Detector, define_rule
from webshellhunt.detectors.logged_claims import acts_detector
from webshellhunt.views.logged_acts import Idea

RULE = define_rule(__name__, "WSH7214", "critical", "high")

find: Detector = acts_detector(RULE, Idea.PAGE_WRITTEN, "a program that is not setup wrote a page")

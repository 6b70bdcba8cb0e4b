"""A PHP page starts a shell, or uses the functions of an intruder's toolkit together.

What it finds:
    In a file with PHP code: a constant command that is only a shell (``/bin/sh -i``, ``cmd``); or, in a page that reads
    the request, executed calls from eight groups of functions (commands, accounts, folders, access rights, uploads,
    sockets, databases, limits of PHP), among them a command or an evaluated text.

Why it matters:
    A shell without a command serves a connection: a reverse shell. A toolkit shows, changes and runs everything on a
    server from one page.

Looks like:
    ``proc_open('/bin/sh -i', …)``; one page with ``posix_getpwuid``, ``fileperms``, ``php_uname``, ``shell_exec`` …

Benign look-alikes:
    Frameworks spread these functions over many files. Words in texts, comments, and functions and methods of the page
    with such names do not count. None of more than 21,200 honest PHP files has the finding.

Blind spots:
    Small tools; toolkits whose code another file contains.
"""

from webshellhunt.detectors.contract import Detector, define_rule, php_detector
from webshellhunt.model.rules import Severity

RULE = define_rule(__name__, "WSH1053", "high", "medium", "T1505.003", "T1059", "T1083", is_tool=True)

find: Detector = php_detector(RULE, dict.fromkeys(("shell", "toolkit"), Severity.HIGH))

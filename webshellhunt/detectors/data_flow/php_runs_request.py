"""A PHP page executes a request value.

What it finds:
    In a file with PHP code: a request value, or a text made from one, that is evaluated (``eval``, ``assert``,
    ``create_function``, ``preg_replace`` with the modifier ``e``), run as a command, included as a file, or used as the
    name of the function to call; from which objects are made (``unserialize``); that is a whole statement of a
    database, or names a file that is shown; and a password of the request that goes to a fixed address, by mail or into
    a file. Values are followed through variables, properties, the session, functions and files of the page, and texts
    that the page decodes and executes. Comments and texts are not code.

Why it matters:
    This is the web shell of PHP. IIS also runs PHP, and intruders leave such files on servers that don't.

Looks like:
    ``$f = 'as' . 'sert'; $f($_POST['x']);``; ``$c = base64_decode($_COOKIE['c']); system($c);``.

Benign look-alikes:
    Applications that call a function from a list, or quote the value for a command line (``escapeshellarg``): these are
    no request values here, and neither is a part of a command of letters, digits and points alone. Medium severity has
    the name of a file or function that the page compares with a constant list before it uses it (``in_array``,
    ``isset``, ``array_key_exists``, ``switch``).
    None of 8,031 honest PHP files (OpenCart, phpBB, Adminer and others) has the finding.

Blind spots:
    Values that pass through a database or a class of another file; a value that a page converts with a function
    of another file.
"""

from __future__ import annotations

from webshellhunt.detectors.contract import Detector, define_rule, php_detector
from webshellhunt.model.rules import Severity

RULE = define_rule(__name__, "WSH1050", "critical", "high", "T1505.003", "T1059")

find: Detector = php_detector(
    RULE,
    {
        **dict.fromkeys(("code", "command"), Severity.CRITICAL),
        **dict.fromkeys(("dispatch", "object", "password", "statement"), Severity.HIGH),
        **dict.fromkeys(("listed", "read"), Severity.MEDIUM),
    },
)

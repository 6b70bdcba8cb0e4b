"""A PHP page executes a text that it decodes or fetches.

What it finds:
    In a file with PHP code: a text that the page decodes (base64, inflate, rot13, own arithmetic) or fetches from
    another server, and executes, or a page that it decodes and writes to a file.

Why it matters:
    The code of many PHP web shells is packed once or several times, so that a reader and a search see no word of it.
    Code that another server sends is only there while the intruder wants it.

Looks like:
    ``eval(gzinflate(base64_decode('…')));``.

Benign look-alikes:
    Some vendors protect their code this way. None of more than 21,200 honest PHP files does.

Blind spots:
    Texts from a database or another file; a decoder in an extension of PHP.
"""

from webshellhunt.detectors.contract import Detector, define_rule, php_detector
from webshellhunt.model.rules import Severity

RULE = define_rule(__name__, "WSH1051", "high", "medium", "T1505.003", "T1027.013")

find: Detector = php_detector(RULE, {"fetched": Severity.CRITICAL, "unpacked": Severity.HIGH, "plants": Severity.HIGH})

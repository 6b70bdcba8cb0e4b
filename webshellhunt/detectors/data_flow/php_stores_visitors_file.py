"""A PHP page stores a file of the visitor's under a name of the visitor's.

What it finds:
    In a file with PHP code: a file whose name begins with a request value and whose content is one, or an upload that
    is stored under its own name in the folder of the page.

Why it matters:
    Such a page accepts the next web shell. An upload in the folder of the page is executed at once, since the folder
    executes PHP.

Looks like:
    ``copy($_FILES['f']['tmp_name'], $_FILES['f']['name']);``; ``file_put_contents($_POST['p'], $_POST['c']);``.

Benign look-alikes:
    Uploads go to a folder of their own, under a name that the application makes: a fixed folder before the name is no
    finding. File managers check the path in a function. None of more than 21,200 honest PHP files has the finding.

Blind spots:
    Uploaders with a fixed folder, which honest pages write the same way.

References:
    https://attack.mitre.org/techniques/T1105/
"""

from __future__ import annotations

from webshellhunt.detectors.contract import Detector, define_rule, php_detector
from webshellhunt.model.rules import Confidence, Severity

RULE = define_rule(
    "WSH1052",
    "php-stores-visitors-file",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1105"),
    is_tool=True,
)

find: Detector = php_detector(RULE, frozenset({"write", "upload"}))

"""A PHP page stores a file of the visitor's under a name of the visitor's.

What it finds:
    In a file with PHP code: a request value that is written into a page, or into a file that a request value names, and
    an upload that keeps its own name or ending (``move_uploaded_file``, ``copy``, ``rename``, ``file_put_contents``,
    ``fwrite``). In the code of a written page a value in quotes counts unless it is escaped.

Why it matters:
    Such a page accepts the next web shell. An upload in the folder of the page is executed at once, since the folder
    executes PHP.

Looks like:
    ``copy($_FILES['f']['tmp_name'], $_FILES['f']['name']);``; ``file_put_contents($_POST['p'], $_POST['c']);``.

Benign look-alikes:
    Uploads under a name that the application makes, and those whose ending the page compares with endings that no
    server runs. Of 8,031 honest files three have the finding: uploads without a check, or with one that is not read.

Blind spots:
    Checks of the ending in another file; checks of the type that the browser tells are none.
"""

from webshellhunt.detectors.contract import Detector, define_rule, php_detector
from webshellhunt.model.rules import Severity

RULE = define_rule(__name__, "WSH1052", "high", "medium", "T1505.003", "T1105", is_tool=True)

find: Detector = php_detector(
    RULE,
    {
        **dict.fromkeys(("write", "page"), Severity.CRITICAL),
        **dict.fromkeys(("upload", "store"), Severity.HIGH),
        "value": Severity.HIGH,
        "kept": Severity.MEDIUM,
    },
)

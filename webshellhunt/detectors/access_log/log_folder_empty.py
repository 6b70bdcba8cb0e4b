r"""The log folder of a site has no log of it.

What it finds:
    A site that starts by itself, whose log folder is in the source and has no log of it, while the logs of another site
    are where the configuration says. If HttpProxy has requests to it, the severity is medium; if older logs of the site
    are in another folder, or without a witness, it is for information.

Why it matters:
    The logs were deleted as a whole, or the configuration names a folder that nobody looks at.

Looks like:
    ``C:\inetpub\logs\LogFiles\W3SVC1`` is empty, and HttpProxy has 210,000 rows.

Benign look-alikes:
    A site that nobody visits writes no log; an administrator who moved the logs to another drive.

Blind spots:
    Hosts with one site. A folder in an odd place is the subject of `logging-switched-off`.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.applicationhost/sites/site/logfile/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.log_holes import EmptyLogFolder

RULE = define_rule(__name__, "WSH7404", "medium", "medium", "T1070.004", "T1685")


@detector(RULE, on=EmptyLogFolder)
def find(empty: EmptyLogFolder) -> Findings:
    """Report the empty folder, with the witness or the place of older logs."""
    message = f"{empty.site}: the log folder has no log of the site"
    if empty.witness is not None:
        message += f", while {empty.witness.name} has {count_in_words(empty.witness.rows, 'row')}"
    elif empty.elsewhere is not None:
        message += f"; logs of the site are in {empty.elsewhere}"
    else:
        message += "; a site without requests has none"
    severity = None if empty.witness is not None else Severity.INFO
    yield claim(RULE, message, severity=severity, facts={"site": empty.site, "elsewhere": empty.elsewhere})

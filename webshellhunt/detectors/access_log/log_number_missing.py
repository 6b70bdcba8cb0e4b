"""A log is missing in a sequence of numbered logs.

What it finds:
    A number that is missing between logs of the same folder: ``httperr3.log`` between 2 and 4, ``u_extend4.log``, or
    the ``-1`` of an hour of an Exchange log that has a ``-2`` (``HttpProxy_2021030304-2.LOG``), unless that is the
    oldest hour.

Why it matters:
    Windows and Exchange number their logs without a hole, and clean up the oldest first. A hole in the middle was made
    by hand, or by a copy that left files out.

Looks like:
    ``httperr1.log``, ``httperr2.log``, ``httperr4.log``.

Benign look-alikes:
    An administrator who deleted a large log; a collection of logs of certain sizes.

Blind spots:
    The last log of a sequence; logs with a day in their names and no number: see `hole-in-log`.

References:
    https://learn.microsoft.com/en-us/troubleshoot/developer/webapps/aspnet/site-behavior-performance/error-logging-http-apis
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.logs.log_names import MissingNumbers
from webshellhunt.views.figures import count_in_words, names_in_words

RULE = define_rule(__name__, "WSH7402", "low", "medium", "T1070.004")


@detector(RULE, on=MissingNumbers)
def find(missing: MissingNumbers) -> Findings:
    """Report the missing names."""
    message = f"missing among {count_in_words(missing.present, 'log')} of the folder: {names_in_words(missing.missing)}"
    yield claim(RULE, message, facts={"missing_logs": missing.missing[:20]})

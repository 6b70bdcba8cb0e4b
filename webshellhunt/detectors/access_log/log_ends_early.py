"""The log of a site ends days before other logs.

What it finds:
    A log of a site whose last row is at least three days older than the last row of another log, with a witness:
    requests in HttpProxy that the front end must have logged (medium severity, high confidence); or another log that
    goes on, if the site had rows on nearly all of its last 28 days (low).

Why it matters:
    An intruder switched logging off, moved it, or deleted the logs since.

Looks like:
    The logs of ``W3SVC1`` end on 3 March, those of HttpProxy go on until 10 March.

Benign look-alikes:
    A site that was stopped or replaced; an administrator who moved the logs; a copy with some of the logs only.

Blind spots:
    Hosts without any other log. The end of all logs together.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.figures import count_in_words
from webshellhunt.views.log_holes import EarlyEnd

RULE = define_rule(__name__, "WSH7403", "medium", "high", "T1685", "T1070.004")


@detector(RULE, on=EarlyEnd)
def find(end: EarlyEnd) -> Findings:
    """Report the end and its witness."""
    proven = end.witness.is_proof
    rows = count_in_words(end.witness.rows, "row")
    message = f"its last request is of {end.last_utc:%Y-%m-%d}, {count_in_words(end.days, 'day')} before the end of"
    message += f" other logs; {end.witness.name} has {rows} since"
    yield claim(
        RULE,
        message,
        severity=None if proven else Severity.LOW,
        confidence=None if proven else Confidence.LOW,
        facts={"last": f"{end.last_utc:%Y-%m-%dT%H:00:00Z}", "witness": end.witness.name, "days": end.days},
    )

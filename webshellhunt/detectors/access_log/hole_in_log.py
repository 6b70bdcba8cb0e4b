"""A log has a hole while the server worked.

What it finds:
    Hours or days without any row in the log of a site, between rows before and after, with a witness that there should
    be some: at least 20 requests an hour in the logs of HttpProxy, each of which the front end of Exchange also writes
    to the log of its site (medium severity, high confidence); or another log that goes on, if the site had rows in
    nearly all hours, or on all such days of the week, around (low, and for information from four days on: then the site
    was probably stopped). The message has the missing logs and the witness.

Why it matters:
    Intruders delete the log of the day, or stop logging while they work. The logs of the application often remain.

Looks like:
    No ``u_ex210303.log`` between those of 2 and 4 March, and 14,211 requests in HttpProxy on that day.

Benign look-alikes:
    A site without requests at night or at weekends writes no log: it needs a witness, and rows nearly always before and
    after. A restart or an update stops all logs together. A site that was stopped, or a copy that has only some logs.

Blind spots:
    Single rows that were removed; sites with few requests; hosts with one site and no logs of Exchange.

References:
    https://learn.microsoft.com/en-us/iis/configuration/system.webserver/httplogging
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.figures import count_in_words, names_in_words
from webshellhunt.views.log_holes import LogHole

RULE = define_rule(__name__, "WSH7401", "medium", "high", "T1070.004", "T1685")
_STOPPED_HOURS = 4 * 24


@detector(RULE, on=LogHole)
def find(hole: LogHole) -> Findings:
    """Report the hole and its witness."""
    proven = hole.witness.is_proof
    length = count_in_words(hole.hours, "hour") if hole.hours < 48 else f"{hole.hours / 24:.1f} days"
    span = f"{hole.first_utc:%Y-%m-%d %H:%M} to {hole.end_utc:%Y-%m-%d %H:%M} UTC"
    message = f"no request is logged from {span} ({length})"
    message += f", while {hole.witness.name} has {count_in_words(hole.witness.rows, 'row')}"
    if hole.missing:
        message += f"; missing: {names_in_words(hole.missing)}"
    elif hole.hours >= 24:
        message += "; logs of that time are there, without rows"
    yield claim(
        RULE,
        message,
        severity=None if proven else Severity.LOW if hole.hours < _STOPPED_HOURS else Severity.INFO,
        confidence=None if proven else Confidence.LOW,
        facts={
            "first": second_in_utc(hole.first_utc),
            "end": second_in_utc(hole.end_utc),
            "witness": hole.witness.name,
            "witness_rows": hole.witness.rows,
            "missing_logs": hole.missing[:20] or None,
        },
    )

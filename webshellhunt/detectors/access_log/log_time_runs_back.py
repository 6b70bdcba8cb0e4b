"""The times in a log run backwards.

What it finds:
    A row that is at least half an hour earlier than a row above it in the same log. Where logging started again at this
    row, it is for information.

Why it matters:
    A server writes its rows in the order in which requests end. An intruder who sets the clock back, or who puts rows
    into a log, leaves such a step.

Looks like:
    A row of 04:10 after a row of 09:55, and no header between them.

Benign look-alikes:
    A new time zone or a corrected clock, after which logging starts again; a snapshot of a virtual machine; logs that
    somebody joined into one file; a request that took very long.

Blind spots:
    Rows that were put in at the right place; rows that were removed.

References:
    https://www.w3.org/TR/WD-logfile.html
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.logs.hours import StepBack
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import count_in_words

RULE = define_rule(__name__, "WSH7405", "low", "low", "T1070.006")
_LEAST_MINUTES = 30


@detector(RULE, on=StepBack)
def find(step: StepBack) -> Findings:
    """Report a large step back."""
    if step.minutes < _LEAST_MINUTES:
        return
    hours, minutes = divmod(step.minutes, 60)
    length = f"{count_in_words(hours, 'hour')} and " * bool(hours) + count_in_words(minutes, "minute")
    message = f"in line {step.line:,} the time is {length} earlier than above"
    if step.restarted:
        message += "; logging may have started again there, with another clock or time zone"
    severity = Severity.INFO if step.restarted else None
    yield claim(RULE, message, log_evidence(step.log, step.line), severity=severity, facts={"minutes": step.minutes})

"""An event log was cleared.

What it finds:
    Event 1102 (the Security log) and event 104 of the log System (any other log), with the time, the log and the
    user.

Why it matters:
    Intruders clear logs before they leave. Nothing else removes records of a certain day from a log that has not
    rolled.

Looks like:
    1102 by an administrator's account at night, 104 for several logs within the same second.

Benign look-alikes:
    The preparation of an image before the server went into use, and administrators who clear a full log: ask who and
    why.

Blind spots:
    A log whose file was replaced while the service was stopped; the log System itself, if it was cleared last and
    rolled.
"""

from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.detectors.logged_claims import claim_acts
from webshellhunt.model.findings import FactValue
from webshellhunt.views.logged_acts import Idea, LoggedActs, time_words

RULE = define_rule(__name__, "WSH7211", "medium", "high", "T1685.005")


@detector(RULE, on=LoggedActs)
def find(acts: LoggedActs) -> Findings:
    """Report the logs that were cleared."""
    if acts.idea is Idea.LOG_CLEARED:
        severity, confidence = RULE.severity, RULE.confidence
        when = acts.last_utc
        facts: dict[str, FactValue] = {"done_at": None, "cleared_at": None if when is None else time_words(when)}
        words = "an event log was cleared"
        yield from claim_acts(RULE, acts, words, severity=severity, confidence=confidence, facts=facts)

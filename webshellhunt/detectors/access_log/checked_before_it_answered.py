"""Somebody asked for a page that did not exist yet, and then it answered.

What it finds:
    Requests with status 404 for a page before the first one that was answered: the page was planted between the last
    of them and the answer, and the finding cites both rows. For a file with another finding it counts if the client
    that got the first answer had asked in vain before: the work of one person; otherwise it is information, as scanners
    ask for many names. For a page that no file of the evidence explains, it is a reason by itself, unless visitors
    follow links to the page, or the page answers with 404 again and again by itself.

Why it matters:
    Intruders check whether their page is in place. The two requests enclose the time of the planting more closely
    than the times of the file, which can be forged.

Looks like:
    ``GET /aspnet_client/x.aspx`` 404, one minute later 200, from one client.

Benign look-alikes:
    A developer who deploys a page and looks for it too early; a page that an application answers with 404 for an
    unknown article.

Blind spots:
    Requests before the first log that is kept; a check from another client.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.model.findings import FactValue
from webshellhunt.model.log_results import AnsweringAddress, UsedFile
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.model.traffic import Use

RULE = define_rule(__name__, "WSH7102", "low", "medium")

_MOST_ALTERNATIONS = 2


@detector(RULE, on=UsedFile)
def find(used: UsedFile | AnsweringAddress) -> Findings:
    """Yield the requests in vain before the first answer."""
    use = used.use
    if not use.answered or not use.missed_before:
        return
    times = "once" if use.missed_before == 1 else f"{use.missed_before:,} times"
    by = ", also by the client that got the first answer" if used.checked_by_its_user else ""
    severity = _severity(used)
    between = _between(use) if severity > Severity.INFO or isinstance(used, UsedFile) else ""
    message = f"it was requested {times} in vain (404) before it first answered{by}{between}"
    places = [(use.missed_log, use.missed_line), *((log, use.line) for log in use.logs[:1])]
    facts: dict[str, FactValue] = {
        "missed_before": use.missed_before,
        "last_missed": second_in_utc(use.missed_utc),
        "first_answered": second_in_utc(use.first_utc),
    }
    if isinstance(used, AnsweringAddress):
        facts["virtual_path"] = used.address
    evidence = [log_evidence(log, line) for log, line in places if log]
    yield claim(RULE, message, *evidence, severity=severity, facts=facts)


def _severity(used: UsedFile | AnsweringAddress) -> Severity:
    if isinstance(used, UsedFile):
        return RULE.severity if used.checked_by_its_user else Severity.INFO
    is_own = used.is_ordinary or used.use.alternations > _MOST_ALTERNATIONS
    return Severity.INFO if is_own else Severity.MEDIUM


def _between(use: Use) -> str:
    """Return the last request in vain and the first answer, as a clause."""
    if use.missed_utc is None or use.first_utc is None or use.missed_utc > use.first_utc or use.alternations:
        return ""
    return f": it was planted between {use.missed_utc:%Y-%m-%d %H:%M:%S} and {use.first_utc:%Y-%m-%d %H:%M:%S} UTC"

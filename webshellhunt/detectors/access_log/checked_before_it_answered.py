"""Somebody asked for a page that did not exist yet, and then it answered.

What it finds:
    Requests with status 404 for a file with another finding, before the first one that was answered. If the client
    that got the first answer had asked in vain before, it is the work of one person, and the finding counts;
    otherwise it is information, as scanners ask for many names.

Why it matters:
    Intruders check whether their page is in place. The two requests enclose the time of the planting more closely
    than the times of the file, which can be forged.

Looks like:
    ``GET /aspnet_client/x.aspx`` 404, one minute later 200, from one client.

Benign look-alikes:
    A developer who deploys a page and looks for it too early.

Blind spots:
    Requests before the first log that is kept; a check from another client.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, log_evidence
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.rules import Confidence, Severity

RULE = define_rule("WSH7102", "checked-before-it-answered", Severity.LOW, Confidence.MEDIUM, page=__doc__)


@detector(RULE, on=UsedFile)
def find(used: UsedFile) -> Iterator[Finding]:
    """Yield the requests in vain before the first answer."""
    use = used.use
    if not use.answered or not use.missed_before:
        return
    times = "once" if use.missed_before == 1 else f"{use.missed_before:,} times"
    by = ", also by the client that got the first answer" if used.checked_by_its_user else ""
    message = f"it was requested {times} in vain (404) before it first answered{by}"
    severity = RULE.severity if used.checked_by_its_user else Severity.INFO
    evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
    yield claim(RULE, message, *evidence, severity=severity, facts={"missed_before": use.missed_before})

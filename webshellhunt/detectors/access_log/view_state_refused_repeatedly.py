"""View states failed their check again and again.

What it finds:
    Events 1316 of ASP.NET with the codes 4009 and 4010, counted by client: a lead from ten events of one client
    within an hour on, else a note.

Why it matters:
    Who forges a view state with a stolen or published key tries keys and formats first. The view state that fits
    leaves no such event.

Looks like:
    Dozens of 1316 within minutes, all for the same page and from one client.

Benign look-alikes:
    Farms with different keys, restarts of an application while users fill in forms, crawlers that send old forms,
    scanners: hence a lead at most. The payload of the events is judged by other rules.

Blind spots:
    A key that fits at once; auditing of ASP.NET that is switched off.

References:
    https://learn.microsoft.com/en-us/previous-versions/aspnet/bb386448(v=vs.100)
"""

from collections import defaultdict, deque
from datetime import datetime, timedelta

from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.detectors.logged_claims import claim_acts
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Idea, LoggedActs

RULE = define_rule(__name__, "WSH7210", "medium", "low", "T1190")
RUN = 10
HOUR = timedelta(hours=1)


@detector(RULE, on=LoggedActs)
def find(acts: LoggedActs) -> Findings:
    """Report the failures, as a lead if one client had many within an hour."""
    if acts.idea is not Idea.VIEW_STATE_REFUSED:
        return
    client, most = _longest_run(acts)
    severity, confidence = (RULE.severity, RULE.confidence) if most >= RUN else (Severity.INFO, Confidence.LOW)
    facts: dict[str, FactValue] = {"most_within_an_hour": most, "by_client": client or None}
    yield from claim_acts(
        RULE, acts, "view states failed their check", severity=severity, confidence=confidence, facts=facts
    )


def _longest_run(acts: LoggedActs) -> tuple[str, int]:
    """Return the client with the most failures within an hour, and their number."""
    times: dict[str, deque[datetime]] = defaultdict(deque)
    best = ("", 0)
    for act in acts.acts:
        if act.when_utc is None:
            continue
        run = times[act.who]
        run.append(act.when_utc)
        while run[-1] - run[0] > HOUR:
            run.popleft()
        best = max(best, (act.who, len(run)), key=lambda each: each[1])
    return best

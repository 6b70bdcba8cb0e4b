"""A client received far more than is usual on this host.

What it finds:
    A client and a day with at least 1 GB, ten times the median, and 3.5 robust deviations above it (median absolute
    deviation of the logarithms), if the logs have at least seven other days. A client that is active on half of the
    days is compared with its own other days; an occasional one with the largest occasional client of each other day.
    Without a column with the bytes, 20,000 answered requests, for information only. A whole day that is so, if no
    client explains it, for information. The message has the figures. It is a lead and never a proof.

Why it matters:
    An odd amount of outgoing data is how the intrusions of ProxyLogon were first noticed. Mailboxes and archives are
    large, and leave through the same web server.

Looks like:
    ``203.0.113.7 received 4.1 GB on 2021-03-05, 38 times the median``.

Benign look-alikes:
    A new Outlook profile, a migration or a new address book: they use MAPI, RPC, ActiveSync, the MRS proxy or OAB, or
    EWS with a mail program, and are for information only. Backups that come back. More than five such clients on the
    same day: an update or a migration, for information. A load balancer is one client with its own habit.

Blind spots:
    Logs of less than eight days; a theft in small parts, or over weeks; an amount that a busy server sends every day;
    mail that leaves through MAPI as Outlook does it. Bytes are logged only if the column is switched on in IIS.

References:
    https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.model.rules import Severity
from webshellhunt.views.figures import bytes_in_words, count_in_words, multiple_in_words, names_in_words
from webshellhunt.views.outgoing_leads import Measure, TrafficLead

RULE = define_rule(__name__, "WSH7501", "medium", "low", "T1048", "T1114.002")
_CROWD = 5
_PROXY_SHARE = 0.8


@detector(RULE, on=TrafficLead)
def find(lead: TrafficLead) -> Findings:
    """Report the total with the habit of the host."""
    who = f"{lead.client} received" if lead.client else "all clients together received"
    message = f"{who} {_value(lead, lead.value)} on {lead.day}, {_compared(lead)}"
    if lead.further_days:
        message += f"; also on {names_in_words(lead.further_days)}"
    if lead.share >= _PROXY_SHARE:
        message += f"; {lead.share:.0%} of all requests are its own, as of a load balancer or proxy"
    note = _note(lead)
    if note:
        message += f"; {note}"
    elif lead.example is not None:
        path, size, _, _ = lead.example
        message += f"; the largest answer was {bytes_in_words(size)} of {path[:80]}"
    yield claim(
        RULE,
        message + "; a lead, no proof",
        *([log_evidence(*lead.example[2:])] if lead.example is not None else []),
        severity=Severity.INFO if note or lead.client is None else None,
        facts={
            "client": lead.client,
            "day": lead.day,
            lead.measure.value.replace(" ", "_"): lead.value,
            "median": round(lead.habit.median),
            "other_days": lead.habit.days,
            "compared_with": lead.compared.value,
        },
    )


def _compared(lead: TrafficLead) -> str:
    multiple, days = lead.habit.multiple(lead.value), count_in_words(lead.habit.days, "other day")
    if multiple is None:
        return f"while {lead.compared.value} had nothing in the median ({days})"
    median = _value(lead, round(lead.habit.median))
    return f"{multiple_in_words(multiple)} the median of the {days} ({median}: {lead.compared.value})"


def _note(lead: TrafficLead) -> str:
    """Return the usual explanation of such a total, or nothing."""
    if lead.client is None:
        return ""
    if lead.crowd > _CROWD:
        return f"{lead.crowd} clients received so much on this day, as in an update or a migration"
    if lead.is_synced:
        return "most of it by services that copy mailboxes, as for a new Outlook profile"
    if lead.measure is Measure.REQUESTS:
        return "the log has no column with the bytes"
    return ""


def _value(lead: TrafficLead, value: int) -> str:
    return bytes_in_words(value) if lead.measure is Measure.BYTES else f"{value:,} {lead.measure.value}"

"""An archive, mailbox, database or memory dump was downloaded.

What it finds:
    An answered GET (200 or 206) for a file whose name is that of a mailbox or mail database (``.pst``, ``.ost``,
    ``.edb``), a memory dump, a database or backup, an archive or a part of a split one (``.7z.001``); tables
    (``.csv``) only in directories of Exchange and ``aspnet_client``. It is of medium severity in these directories, and
    for mailboxes and dumps anywhere; elsewhere low or for information. A file that several clients, or one on several
    days, fetch is published: one level less. A download by a client that also used an accused page,
    or an exploit with success, is of high severity: data left.

Why it matters:
    Intruders pack what they collected into a web directory of the server, download it as any visitor does, and delete
    it. The log is then the only trace.

Looks like:
    ``GET /aspnet_client/a.7z.001 … 200``, ``GET /owa/auth/export.pst … 200``.

Benign look-alikes:
    Files that a site offers for download; a site that answers any name with its start page (many such names by one
    client, for information); files of less than 1,000 bytes, which are error pages; requests of the server to itself.

Blind spots:
    Archives under the name of a picture or a script, and content that a web shell sends itself: see
    `large-file-downloaded` and `outgoing-traffic-above-habit`. The status 200 does not prove that the content was the
    file.

References:
    https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.logs.downloads import FileKind
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.figures import bytes_in_words, count_in_words
from webshellhunt.views.outgoing_leads import DownloadLead, is_exchange_address

RULE = define_rule(__name__, "WSH7502", "medium", "low", "T1560.001", "T1074.001", "T1048.003")
_LEAST_BYTES = 1000
_PUBLISHED = 3
_WEIGHTS = {
    FileKind.MAIL: Severity.MEDIUM,
    FileKind.MEMORY: Severity.MEDIUM,
    FileKind.DATABASE: Severity.LOW,
    FileKind.SPLIT_ARCHIVE: Severity.LOW,
    FileKind.ARCHIVE: Severity.INFO,
}


@detector(RULE, on=DownloadLead)
def find(lead: DownloadLead) -> Findings:
    """Report the downloads of one file."""
    severity = Severity.MEDIUM if is_exchange_address(lead.first.path) else _WEIGHTS.get(lead.kind)
    size = lead.sent_bytes
    if severity is None or (size is not None and size < _LEAST_BYTES * lead.requests):
        return
    published = lead.clients > _PUBLISHED or lead.days > _PUBLISHED
    if published:
        severity = Severity.LOW if severity is Severity.MEDIUM else Severity.INFO
    if lead.sweeping or lead.is_own:
        severity = Severity.INFO
    yield claim(
        RULE,
        _message(lead, published=published),
        *(log_evidence(each.log, each.line) for each in lead.downloads[:5]),
        severity=severity,
        facts={
            "path": lead.first.path,
            "clients": tuple(each.client for each in lead.downloads[:20]),
            "user": lead.first.user,
            "agent": lead.first.agent,
            "first": second_in_utc(lead.first.first_utc),
            "requests": lead.requests,
            "bytes": size,
            "sweeping": True if lead.sweeping else None,
        },
    )


def _message(lead: DownloadLead, *, published: bool) -> str:
    first, size = lead.first, lead.sent_bytes
    when = f" on {first.first_utc:%Y-%m-%d %H:%M} UTC" if first.first_utc is not None else ""
    others = f" and {count_in_words(lead.clients - 1, 'other client')}" if lead.clients > 1 else ""
    figures = count_in_words(lead.requests, "request")
    figures += f", {bytes_in_words(size)}" if size is not None else ", without a figure of the bytes"
    message = f"{first.client}{others} downloaded {first.path[:120]} ({lead.kind.value}){when}: {figures}"
    if lead.sweeping:
        message += "; the client got an answer for many such names, so that the site seems to answer any name"
    elif lead.is_own:
        message += "; only the server itself asked for it"
    elif published:
        message += f"; it is asked for on {count_in_words(lead.days, 'day')}, as a published file"
    return message + "; a lead, no proof"

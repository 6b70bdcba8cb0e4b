"""A page sends mail of the request to a list of recipients of the request.

What it finds:
    A page in which the recipients, the subject and the text of a mail are request data, and in which the recipients are
    split into a list and sent one by one.

Why it matters:
    Intruders use servers to send spam and phishing from an address that others trust.

    No shell of the measured collection needs this rule; it stays since no other rule is about mail, and accuses only
    in a directory of setup, where no page of a site sends any.

Looks like:
    A field with a list of addresses, ``Split``, and a loop around ``Send``.

Benign look-alikes:
    Newsletters take the recipients from a database; pages that recommend a page send one mail. Bulletin boards and
    group mail of clubs do the same: 13 of 9,818 pages of 42 other sites, all classic ASP, most by one shared include.
    The finding alone is unexplained.

Blind spots:
    Mail by a socket, or by a database.
"""

from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1043", "medium", "low", "T1505.003", "T1566", is_tool=True)
_PARTS = {
    "to": "recipients", "addrecipient": "recipients", "subject": "subject", "body": "text", "textbody": "text",
    "htmlbody": "text",
}  # fmt: skip
_NEEDED = frozenset({"recipients", "subject", "text"})
_LOOPS = frozenset({"for", "foreach", "while", "do"})
_REQUEST = "request"


@detector(RULE, on=Code, needs=[uses_of("sends-mail"), frozenset({"split"}), frozenset({_REQUEST}), _LOOPS])
def find(code: Code, layer: Layer) -> Findings:
    """Report the call that sends."""
    words = code.analysis.words()
    sent = next(iter(code.analysis.uses.get("sends-mail", ())), None)
    if sent is None or "split" not in words or words.isdisjoint(_LOOPS):
        return
    filled = {_PARTS[each.names[-1]] for each in code.analysis.asked("mail") if each.arguments[0].is_visited}
    if filled >= _NEEDED:
        message = "the page sends mail of the request to each recipient of a list of the request"
        yield claim(RULE, message, layer.place_evidence(code, sent.place))

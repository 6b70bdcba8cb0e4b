r"""A page answered requests, and its file is not there.

What it finds:
    Requests with a status of 200 to 299 for an address that ends like a page (``.aspx``, ``.ashx``, ``.asp``, …), if
    no site of the server has a file at this address, and the folder was collected (a live server, an image, a copy with
    the folder or the one above it and more than the configuration in it). In directories that only setup writes to,
    such as ``owa\auth``, the address is suspicious, unless Exchange ships a page of this name. In an ordinary site it
    is unexplained; if more than five such addresses answered there, the site has routes or rewriting, and each is
    information only.

Why it matters:
    The page was deleted after its use, or the server got it from somewhere else: a virtual directory that was mapped
    and removed, an alternate data stream, a provider of virtual paths in memory. Intrusions of 2025 left no page at
    all.

Looks like:
    ``POST /owa/auth/x.aspx`` 200 in the log of a week ago, and no ``x.aspx`` in ``FrontEnd\HttpProxy\owa\auth``.

Benign look-alikes:
    Pages that an administrator or an update removed since; routes of MVC and web services, which mostly have no
    extension (not considered); rewriting by a module that the configuration does not show.

Blind spots:
    Addresses without the extension of a page; a page that answers with another status; a folder that was not
    collected.
"""

from webshellhunt.detectors.access_log.shell_was_used import use_facts
from webshellhunt.detectors.contract import ABSENCE, Findings, claim, define_rule, detector, log_evidence
from webshellhunt.model.findings import FactValue
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Severity
from webshellhunt.views.use_words import answers_in_words

RULE = define_rule(__name__, "WSH7103", "high", "medium", "T1505.003", "T1070.004", is_of_place=True)
MOST_OTHERS = 5


@detector(RULE, on=AnsweringAddress)
def find(answering: AnsweringAddress) -> Findings:
    """Yield the page that answered and is not there."""
    use = answering.use
    if not answering.is_missing:
        return
    severity = RULE.severity if answering.role in SETUP_ROLES else Severity.LOW
    if answering.answers_all or (answering.others > MOST_OTHERS and answering.role not in SETUP_ROLES):
        severity = Severity.INFO
    message = f"the page {answering.address} has no file, yet {answers_in_words(use)}"
    facts: dict[str, FactValue] = {"virtual_path": answering.address, **use_facts(use)}
    evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
    yield claim(RULE, message, *evidence, severity=severity, facts=facts, ideas=(ABSENCE,))

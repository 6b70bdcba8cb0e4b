r"""A page answered in a directory of Exchange or in aspnet_client, and no setup puts a page of this name there.

What it finds:
    Requests with a status of 200 to 299 for a page below an application of Exchange or ``aspnet_client`` that is in no
    file list of Exchange and no handler of its configuration answers, and that no file of the evidence explains. Of
    services and handlers (``.asmx``, ``.ashx``) only those among the sign-in pages, in ``OAB`` and in ``aspnet_client``
    are reported.

Why it matters:
    These directories belong to setup: it writes each of their pages, and its lists are known. A page of another origin
    was put there by somebody.

Looks like:
    ``GET /owa/auth/Current/themes/x.aspx`` with status 200.

Benign look-alikes:
    A page of a product for themes, reports or multi-factor authentication: many visitors follow links to it, and it is
    not reported. A page that a health check requests from inside the network. A server that answers each name with 200.

Blind spots:
    Pages with the name of one that Exchange ships there; directories of other applications; SharePoint, whose lists
    are not known, apart from the published places of shells.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.knowledge.exchange_names import is_expected_page, usual_path
from webshellhunt.knowledge.indicators import load_indicators
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import EXCHANGE_ROLES, Role

RULE = define_rule(__name__, "WSH7105", "medium", "medium", is_of_place=True)
_WITHOUT_SERVICES = frozenset({Role.OWA_AUTH, Role.ECP_AUTH, Role.OAB, Role.ASPNET_CLIENT})


@detector(RULE, on=AnsweringAddress)
def find(answering: AnsweringAddress) -> Findings:
    """Yield the page that setup does not put there."""
    use = answering.use
    if answering.answers_all or answering.is_ordinary or not _is_foreign(answering):
        return
    message = f"no setup of Exchange or IIS has the page {answering.address}, which answered"
    evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
    yield claim(RULE, message, *evidence, facts={"virtual_path": answering.address})


def _is_foreign(answering: AnsweringAddress) -> bool:
    """Return True if no setup puts a page at an address."""
    if is_expected_page(answering.address):
        return False
    if answering.role is Role.LAYOUTS:
        return load_indicators().by_path(usual_path(answering.address)) is not None
    return answering.role in (_WITHOUT_SERVICES if answering.is_service else EXCHANGE_ROLES | {Role.ASPNET_CLIENT})

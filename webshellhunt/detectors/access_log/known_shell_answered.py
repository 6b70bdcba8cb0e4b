r"""A page with the name and place of a published web shell answered requests.

What it finds:
    Requests with a status of 200 to 299 for a page that no file of the evidence explains, if its address is the usual
    one of a published place (``/aspnet_client/supp0rt.aspx``), if a page in a directory of Exchange or in
    ``aspnet_client`` has a published name, or if a page anywhere has the name of a public web shell. The names are
    those of WSH6004, which finds the files.

Why it matters:
    Logs outlive the page, and often they are all that was kept. Operators use the same names on many servers.

Looks like:
    ``POST /owa/auth/OutlookEN.aspx`` with status 200.

Benign look-alikes:
    A page of a product for themes or multi-factor authentication under a short name such as ``help.aspx``: many
    visitors follow links to it. A server that answers each name with 200, such as one with a custom error page: one
    client got an answer for many names of a directory, and nobody got 404 there. Neither is reported elsewhere; in a
    directory of setup, both are leads for a check, and never more by this name alone.

Blind spots:
    Random names, different for each victim; a shell that answers with status 404; redirects.

References:
    The finding names the source of its indicator.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.knowledge.exchange_names import usual_path
from webshellhunt.knowledge.indicators import load_indicators
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence
from webshellhunt.views.use_words import answers_in_words

RULE = define_rule(__name__, "WSH7104", "medium", "medium")


@detector(RULE, on=AnsweringAddress)
def find(answering: AnsweringAddress) -> Findings:
    """Yield the indicator with the name or the place of the page."""
    use, is_of_setup = answering.use, answering.role in SETUP_ROLES
    is_odd = not answering.answers_all and not answering.is_ordinary
    known = load_indicators().shell_at(usual_path(answering.address), answering.role, executable=True)
    if known is not None and (is_of_setup or is_odd):
        found, place = known
        message = f"intruders used this name {place} ({found.campaign}), and {answers_in_words(use)}"
        sure = Confidence.HIGH if is_of_setup and is_odd else None
        facts = {"virtual_path": answering.address, "campaign": found.campaign, "source": found.source}
        evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
        yield claim(RULE, message, *evidence, confidence=sure, facts=facts)

r"""The user agent of an attacker's tool requested a page, which answered.

What it finds:
    Requests with a status of 200 to 299 whose user agent is published: that of a client for web shells (antSword), for
    any page that no file of the evidence explains; those of libraries and programs under which intruders worked, for
    pages in directories of setup; and those of search engines that sent data (POST), which no search engine does, in
    the same directories.

Why it matters:
    Few operators change the name under which their tool introduces itself.

Looks like:
    ``POST /aspnet_client/x.aspx`` with status 200 and the agent ``antSword/v2.1``.

Benign look-alikes:
    Scripts for monitoring that use the same library; they request pages of their own site, outside of the directories
    of setup. A scanner of a security team that introduces itself as a tool.

Blind spots:
    Any agent that the operator sets; logs without the column.

References:
    The finding names the source of its indicator.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.knowledge.indicators import CRAWLER, SHELL_CLIENT, Indicator, load_indicators
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence

RULE = define_rule(__name__, "WSH7106", "medium", "medium")


@detector(RULE, on=AnsweringAddress)
def find(answering: AnsweringAddress) -> Findings:
    """Yield the user agent of a tool."""
    use, known = answering.use, load_indicators()
    for agent in use.agents:
        found = known.tool_of(agent)
        if found is not None and _counts(found, answering):
            words = "a search engine, which sends no data" if found.type == CRAWLER else "a tool of intruders"
            words = "a client for web shells" if found.type == SHELL_CLIENT else words
            message = f"the page {answering.address} answered {words}: the user agent is {agent}"
            facts = {"user_agent": agent, "campaign": found.campaign, "source": found.source}
            evidence = [log_evidence(log, use.line) for log in use.logs[:1]]
            sure = Confidence.HIGH if found.type == SHELL_CLIENT and answering.role in SETUP_ROLES else None
            facts["virtual_path"] = answering.address
            yield claim(RULE, message, *evidence, confidence=sure, facts=facts)
            return


def _counts(found: Indicator, answering: AnsweringAddress) -> bool:
    """Return True if an agent says something about a page."""
    if found.type == SHELL_CLIENT:
        return True
    if answering.role not in SETUP_ROLES or answering.is_ordinary:
        return False
    return found.type != CRAWLER or answering.use.posted == answering.use.answered

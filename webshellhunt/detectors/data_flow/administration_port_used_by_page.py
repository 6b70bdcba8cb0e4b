"""A page sends commands to the administration port of a service on the same machine.

What it finds:
    A page that sends the commands of a file server for its administration (``SITE MAINTENANCE``, ``-SETUSERSETUP``) to
    an address of the machine itself.

Why it matters:
    The port trusts whoever is on the machine. With it, an intruder makes himself an account of the service, and runs
    programs with the rights of the system.

Looks like:
    ``xml.Open "GET", "http://127.0.0.1:" & port & "/…"`` and ``xml.Send`` with the commands, or a socket to
    that port.

Benign look-alikes:
    None known: of 6,157 honest pages of the corpus and 20,665 of other sites, none contains such a command.

Blind spots:
    Services with other commands.
"""

from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.analysis.text_features import texts_with
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector, says
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1045", "critical", "high", "T1505.003", "T1068", "T1136.001")
_CAPABILITY = "talks-to-administration-port"
_COMMANDS = ("site maintenance", "-setusersetup", "-setdomain")
_ITSELF = ("127.0.0.1", "localhost")


@detector(RULE, on=Code, needs=[uses_of(_CAPABILITY), texts_with(*_ITSELF), texts_with(*_COMMANDS)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first command that is sent, in code that names the machine itself."""
    if not code.analysis.uses.get(_CAPABILITY) or not any(map(code.analysis.mentions, _ITSELF)):
        return
    sent = next(filter(_may_send, code.analysis.asked(_CAPABILITY)), None)
    if sent is not None:
        yield from claim_use(RULE, _CAPABILITY, says(_CAPABILITY, sent.name), layer, code, sent.place)


def _may_send(call: Arrival) -> bool:
    """True if a call is given a command, or a text that is not known: with many texts it may be one of the code."""
    return call.mentions(*_COMMANDS) or any(None in given.words for given in call.arguments)

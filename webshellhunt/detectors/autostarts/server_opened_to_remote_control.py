r"""The registry opens the server to remote control.

What it finds:
    The management service of IIS for the network, remote desktop without consent or at the port of another service,
    accounts that are hidden from the sign-in screen, and rules of the firewall that let clients reach a program in an
    odd folder or an interpreter.

Why it matters:
    With a stolen password the intruder comes back by a door of Windows itself.

Looks like:
    ``WebManagement\Server``, ``EnableRemoteManagement`` = 1.

Benign look-alikes:
    Web servers that are deployed from a development machine (Web Deploy) have the management service on; on an Exchange
    server it needs an explanation. Windows asks users of desktop programs for rules: programs in profiles are a fact.

Blind spots:
    Remote support products; rights of accounts; rules of the firewall for a port without a program.

References:
    https://learn.microsoft.com/en-us/iis/manage/remote-administration/remote-administration-for-iis-manager
"""

from webshellhunt.detectors.contract import Findings, claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import judge_firewall_rule, judge_value
from webshellhunt.model.rules import Remedy

RULE = define_rule(__name__, "WSH4062", "medium", "high", "T1112", remedy=Remedy.REGISTRY)


@detector(RULE, on=Autostart)
def find(autostart: Autostart) -> Findings:
    """Report each setting and rule of the firewall that opens the server."""
    claim = None
    if autostart.kind is AutostartKind.FIREWALL:
        claim = judge_firewall_rule(autostart)
    elif autostart.place is not None and autostart.place.rule == RULE.slug:
        claim = judge_value(autostart)
    if claim is not None:
        yield claim_autostart(RULE, claim.words, autostart, weight=claim.weight, program=claim.program)

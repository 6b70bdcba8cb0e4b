r"""The firewall lets clients reach an odd program.

What it finds:
    A rule of the Windows firewall that allows connections to a program in an odd folder, or to an interpreter.

Why it matters:
    The program listens for its operator; the rule stays after the program is gone, and shows its path.

Looks like:
    ``Action=Allow|Dir=In|App=C:\Users\Public\n.exe``.

Benign look-alikes:
    Windows asks users of desktop programs for such rules: programs in profiles are a fact only.

Blind spots:
    Rules for a port without a program; a firewall that is off.

References:
    https://attack.mitre.org/techniques/T1562/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim_autostart, define_rule, detector
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import judge_firewall_rule
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Remedy, Severity

RULE = define_rule(
    "WSH4065",
    "firewall-opened-for-odd-program",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1562.004",),
    remedy=Remedy.REGISTRY,
)


@detector(RULE, on=Autostart)
def find(rule: Autostart) -> Iterator[Finding]:
    """Report each rule for an odd program."""
    if rule.kind is AutostartKind.FIREWALL:
        claim = judge_firewall_rule(rule)
        if claim is not None:
            yield claim_autostart(RULE, claim.words, rule, weight=claim.weight, program=claim.program)

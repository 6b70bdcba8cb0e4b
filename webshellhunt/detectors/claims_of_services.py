"""Claims about services: one generator function for the rules that differ by their idea alone."""

from __future__ import annotations

from webshellhunt.detectors.contract import Find, Findings, claim_autostart
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.service_claims import ServiceIdea, judge_service, sentence_about
from webshellhunt.model.rules import Rule


def service_finder(rule: Rule, idea: ServiceIdea) -> Find:
    """Return the generator function of a rule about one idea of a service."""

    def find(service: Autostart) -> Findings:
        for claim in judge_service(service) if service.kind is AutostartKind.SERVICE else ():
            if claim.idea is idea:
                weight = "accuse" if claim.sure else "question"
                yield claim_autostart(rule, sentence_about(service, claim), service, weight=weight)

    return find

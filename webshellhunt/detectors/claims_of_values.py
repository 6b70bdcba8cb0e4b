"""Claims of values: the odd ones of the registry values that lead to a rule."""

from __future__ import annotations

from webshellhunt.detectors.contract import Detector, Findings, claim_autostart
from webshellhunt.host.machine.autostarts import Autostart
from webshellhunt.knowledge.registry_claims import judge_value
from webshellhunt.model.rules import Rule


def detector_of_values(rule: Rule) -> Detector:
    """Return the detector that reports the odd values of the places that belong to a rule."""

    def find(autostart: Autostart) -> Findings:
        judged = judge_value(autostart) if autostart.place is not None and autostart.place.rule == rule.slug else None
        if judged is not None:
            yield claim_autostart(rule, judged.words, autostart, weight=judged.weight, program=judged.program)

    return Detector(rule, Autostart, find)

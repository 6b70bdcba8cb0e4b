"""The techniques of a verdict by their ids, with their tactics, and the names that ATT&CK has for them."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.knowledge.attack_techniques import Tactic, load_techniques, tactics_of
from webshellhunt.model.verdict import Verdict
from webshellhunt.reports.content.subjects import technique_ids

FRAMEWORK = "MITRE ATT&CK"


class Technique(NamedTuple):
    """A technique; ``id`` and ``name`` are those of the parent, if ``sub_id`` is set. A name may be unknown: empty.

    ``tactics`` are those of the sub-technique, in the order of the matrix.
    """

    id: str
    name: str
    sub_id: str = ""
    sub_name: str = ""
    tactics: tuple[Tactic, ...] = ()

    @property
    def page(self) -> str:
        """The address of the technique's page."""
        return f"https://attack.mitre.org/techniques/{self.id}/"

    @property
    def sub_page(self) -> str:
        """The address of the sub-technique's page; empty if it is none."""
        return f"{self.page}{self.sub_id.partition('.')[2]}/" if self.sub_id else ""


def tactic_page(tactic: Tactic) -> str:
    """Return the address of a tactic's page."""
    return f"https://attack.mitre.org/tactics/{tactic.id}/"


def techniques_of(verdict: Verdict) -> tuple[Technique, ...]:
    """Return the techniques of the findings that count, each once; a text that is no id of a technique is left out."""
    ids = (each for finding in verdict.counted for each in technique_ids(finding.rule))
    return tuple(map(_technique, dict.fromkeys(ids)))


def _technique(technique: str) -> Technique:
    names = load_techniques()
    parent, dot, _ = technique.partition(".")
    whole, tactics = names.get(technique, ""), tactics_of(technique)
    if not dot:
        return Technique(technique, whole, tactics=tactics)
    parent_name, colon, name = whole.partition(": ")
    parent_name = parent_name if colon else names.get(parent, "")
    return Technique(parent, parent_name, technique, name if colon else whole, tactics)

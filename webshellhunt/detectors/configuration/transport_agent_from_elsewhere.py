r"""A transport agent is loaded from outside of the Exchange installation.

What it finds:
    An ``agent`` of ``agents.config`` or ``fetagents.config`` whose assembly does not lie below the Exchange
    installation. It has more weight in a folder that no installer uses.

Why it matters:
    An agent reads and changes every mail that passes, runs in the transport service, and can receive commands by mail.
    It leaves no trace in the web folders (LightNeuron).

Looks like:
    ``<agent name="Security" assemblyPath="C:\ProgramData\sec.dll" … />``.

Benign look-alikes:
    Products for antivirus, signatures and archiving install agents under Program Files: a question only.

Blind spots:
    An assembly that was put into Exchange's own folders, under any name; a stock assembly that was replaced.

References:
    https://attack.mitre.org/techniques/T1505/002/
    https://www.welivesecurity.com/2019/05/07/turla-lightneuron-email-too-far/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4017",
    "transport-agent-from-elsewhere",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.002",),
    remedy=Remedy.TRANSPORT_AGENT,
)
_FILES = frozenset({"agents.config", "fetagents.config"})
_INSTALLED = lazy_pattern(
    r"[a-z]:\\(?:[^\\]{1,100}\\){0,8}?exchange server\\v1[45]\\|%exchangeinstallpath%\\?", re.IGNORECASE
)
_LONGEST = 1_024


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each agent from outside of the Exchange installation."""
    if sample.artifact.name.lower() not in _FILES:
        return
    home = _home(sample.artifact.path)
    for agent in config.named("agent"):
        path = agent.get("assemblyPath")[:_LONGEST]
        if not path or _is_inside(path, home):
            continue
        place = odd_place(path)
        message = f"the transport agent {agent.get('name')} is {path}, outside of the Exchange installation"
        if place is not None:
            message += f": {place.words}"
        facts = {"agent": agent.get("name"), "assembly": path, "enabled": agent.get("enabled") or None}
        yield claim(
            RULE,
            message,
            element_evidence(agent, sample),
            severity=Severity.LOW if place is None else RULE.severity,
            facts=facts,
        )


def _home(path: str) -> str:
    """Return the installation folder of a configuration of agents, in lower case and ending in a backslash."""
    folder, found, _ = path.lower().replace("/", "\\").partition("\\transportroles\\")
    return f"{folder}\\" if found else ""


def _is_inside(path: str, home: str) -> bool:
    if ".." in path:
        return False
    lowered = path.lower().replace("/", "\\")
    return bool(home and lowered.startswith(home)) or _INSTALLED.match(lowered) is not None

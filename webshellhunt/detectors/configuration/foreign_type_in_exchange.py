"""Code that is neither Microsoft's nor Exchange's is registered where Exchange's requests pass.

What it finds:
    A managed module, handler, build provider or preloaded type whose type or assembly is not of Microsoft's names, in a
    configuration of an Exchange directory or of the whole server (``applicationHost.config``, ``machine.config``, the
    framework's ``web.config``).

Why it matters:
    A module sees every request, the passwords of the sign-in page among them, and answers what it likes; its assembly
    may lie in ``bin`` or in the assembly cache, where nobody looks for pages.

Looks like:
    ``<modules><add name="Health" type="Health.Check, Health" /></modules>`` in the ``web.config`` of ``owa``.

Benign look-alikes:
    Second factors, load balancers and archiving products register modules in Exchange: the finding asks who knows the
    name, and weighs no more than that.

Blind spots:
    Types under names of Microsoft (a rule of its own looks for borrowed ones); sites other than Exchange's, whose own
    modules are what they are made of.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.type_sections import TYPED_SECTIONS, iter_typed
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.type_names import read_type
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4010",
    "foreign-type-in-exchange",
    Severity.MEDIUM,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004",),
)


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each type that isn't Microsoft's, where Exchange's requests pass."""
    role = sample.artifact.role
    if role not in EXCHANGE_ROLES and role is not Role.IIS_CONFIG:
        return
    for section in iter_sections(config, *TYPED_SECTIONS):
        if role is Role.IIS_CONFIG and section.location:
            continue  # of one site only, which is what that is made of
        for element in iter_typed(section):
            named = read_type(element.get("type"))
            if named.claims_microsoft:
                continue
            kind, locked = TYPED_SECTIONS[section.name], section.name in sample.artifact.settings.locked_sections
            message = f"{kind} {named.name} is neither Microsoft's nor Exchange's by its name"
            if locked:
                message += "; the section is locked above, so that it is an attempt only"
            facts = {"type": named.name, "assembly": named.assembly or None}
            severity = Severity.LOW if locked else RULE.severity
            yield claim(RULE, message, element_evidence(element, sample), severity=severity, facts=facts)

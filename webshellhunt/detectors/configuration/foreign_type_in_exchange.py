"""A type that is neither Microsoft's nor Exchange's is registered in the request pipeline of Exchange.

What it finds:
    A managed module, handler, build provider or preloaded type whose type or assembly does not have a name of
    Microsoft's, in a configuration of an Exchange directory or of the whole server (``applicationHost.config``,
    ``machine.config``, the framework's ``web.config``).

Why it matters:
    A module sees every request, including the passwords sent to the sign-in page, and can answer it. Its assembly may
    lie in ``bin`` or in the global assembly cache, where a search for pages does not look.

Looks like:
    ``<modules><add name="Health" type="Health.Check, Health" /></modules>`` in the ``web.config`` of ``owa``.

Benign look-alikes:
    Products for multi-factor authentication, load balancing and archiving register modules in Exchange. Alone the
    finding is a question: which product installed this type?

Blind spots:
    Types with names of Microsoft's (WSH4009 checks these); sites other than those of Exchange, which register modules
    of their own.

References:
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import TYPED_SECTIONS, iter_sections, iter_typed
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.type_names import read_type
from webshellhunt.model.findings import Finding
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4010", "foreign-type-in-exchange", Severity.MEDIUM, Confidence.MEDIUM, page=__doc__, techniques=("T1505.004",)
)


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each type that is not Microsoft's in the request pipeline of Exchange."""
    role = sample.artifact.role
    if role not in EXCHANGE_ROLES and role is not Role.IIS_CONFIG:
        return
    for section in iter_sections(config, *TYPED_SECTIONS):
        if role is Role.IIS_CONFIG and section.location:
            continue  # sites other than Exchange register types of their own
        for element in iter_typed(section):
            named = read_type(element.get("type"))
            if named.claims_microsoft:
                continue
            kind, locked = TYPED_SECTIONS[section.name], section.name in sample.artifact.settings.locked_sections
            message = f"{kind} {named.name} has neither a name of Microsoft's nor one of Exchange's"
            if locked:
                message += "; a parent configuration locks this section, so this has no effect"
            facts = {"type": named.name, "assembly": named.assembly or None}
            severity = Severity.LOW if locked else RULE.severity
            yield claim(RULE, message, element_evidence(element, sample), severity=severity, facts=facts)

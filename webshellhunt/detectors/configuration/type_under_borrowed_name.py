"""A module or handler bears a name of the framework and comes from an assembly that is not the framework's.

What it finds:
    A managed module, handler, build provider or preloaded type whose name begins with ``System.`` or ``Microsoft.``
    while its assembly is called otherwise, or is called so too and signed by somebody else.

Why it matters:
    It is there to be taken for a part of Windows. A module sees what each visitor sends, passwords included.

Looks like:
    ``type="System.Web.Extensions.Resource.Designer, Designer, Version=0.0.0.0"`` (the module Owowa was registered so).

Benign look-alikes:
    Types without an assembly, and assemblies of Microsoft that are not signed (ASP.NET's own packages of later years).

Blind spots:
    Assemblies whose own name is borrowed, and that are not signed at all.

References:
    https://securelist.com/owowa-credential-stealer-and-remote-access/105219/
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.type_sections import TYPED_SECTIONS, iter_typed
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.knowledge.type_names import MICROSOFT_TOKENS, TypeName, read_type
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4009",
    "type-under-borrowed-name",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.004", "T1036.005"),
)


@detector(RULE, on=Element)
def find(config: Element, sample: Sample) -> Iterator[Finding]:
    """Report each type that pretends to be the framework's."""
    for section in iter_sections(config, *TYPED_SECTIONS):
        for element in iter_typed(section):
            named = read_type(element.get("type"))
            if not named.claims_microsoft or named.is_microsoft:
                continue
            locked = section.name in sample.artifact.settings.locked_sections
            message = (
                f"{TYPED_SECTIONS[section.name]} {named.name} is not of the assembly its name claims: {_found(named)}"
            )
            if locked:
                message += "; the section is locked above, so that it is an attempt only"
            severity = Severity.LOW if locked else RULE.severity
            facts = {"type": named.name, "assembly": named.assembly}
            yield claim(RULE, message, element_evidence(element, sample), severity=severity, facts=facts)


def _found(named: TypeName) -> str:
    if named.token is not None and named.token not in MICROSOFT_TOKENS:
        return f"{named.assembly} is signed by somebody else ({named.token})"
    return f"it is in {named.assembly}"

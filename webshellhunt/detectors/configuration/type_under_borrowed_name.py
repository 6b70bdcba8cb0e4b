"""A module or handler has a name of the framework but comes from another assembly.

What it finds:
    A managed module, handler, build provider or preloaded type whose name begins with ``System.`` or ``Microsoft.``
    while its assembly has another name, or has such a name and a foreign signature.

Why it matters:
    The name makes it look like a part of Windows. A module sees every request, including passwords.

Looks like:
    ``type="System.Web.Extensions.Resource.Designer, Designer, Version=0.0.0.0"`` (the registration of Owowa).

Benign look-alikes:
    Types without an assembly, and unsigned assemblies of Microsoft (ASP.NET's own packages of later years), are not
    reported.

Blind spots:
    Assemblies that have a borrowed name themselves and no signature at all.

References:
    https://securelist.com/owowa-credential-stealer-and-remote-access/105219/
    https://attack.mitre.org/techniques/T1505/004/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, element_evidence
from webshellhunt.host.iis.named_sections import TYPED_SECTIONS, iter_sections, iter_typed
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
    """Report each type that imitates one of the framework."""
    for section in iter_sections(config, *TYPED_SECTIONS):
        for element in iter_typed(section):
            named = read_type(element.get("type"))
            if not named.claims_microsoft or named.is_microsoft:
                continue
            locked = section.name in sample.artifact.settings.locked_sections
            message = f"{TYPED_SECTIONS[section.name]} {named.name} has a name of the framework, but {_found(named)}"
            if locked:
                message += "; a parent configuration locks this section, so this has no effect"
            severity = Severity.LOW if locked else RULE.severity
            facts = {"type": named.name, "assembly": named.assembly}
            yield claim(RULE, message, element_evidence(element, sample), severity=severity, facts=facts)


def _found(named: TypeName) -> str:
    if named.token is not None and named.token not in MICROSOFT_TOKENS:
        return f"its assembly {named.assembly} has a foreign signature ({named.token})"
    return f"its assembly is {named.assembly}"

"""An assembly has the name of a compiled page and lies outside of ASP.NET's folders.

What it finds:
    A .NET assembly called ``App_Web_…`` outside of ``Temporary ASP.NET Files`` and of the ``bin`` of a site, in a
    ``bin`` of Exchange, or with a name that ASP.NET does not generate.

Why it matters:
    Such names look generated and are rarely checked; IceApple and GhostContainer used them for their modules.

Looks like:
    ``App_Web_Container_1.dll``, or ``App_Web_`` and eight characters in a folder of Exchange.

Benign look-alikes:
    Precompiled sites keep such assemblies in their ``bin``.

Blind spots:
    A module with a proper name in the proper place; WSH5001 checks its code.

References:
    https://attack.mitre.org/software/S1022/
"""

from webshellhunt.binaries.compiled_pages import application_folder, is_generated_name, is_page_assembly_name
from webshellhunt.binaries.pe import is_image
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_pe_file
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5004", "high", "medium", "T1505.003", "T1505.004", "T1036.005")
_OF_EXCHANGE = frozenset({"httpproxy", "clientaccess"})


@detector(RULE, on=Sample, prefilter=is_pe_file)
def find(sample: Sample) -> Findings:
    """Report an assembly by its name and place."""
    artifact = sample.artifact
    if not is_page_assembly_name(artifact.name) or not is_image(sample.data) or b"BSJB" not in sample.data:
        return
    folders = artifact.path.replace("\\", "/").lower().split("/")[:-1]
    proper = is_generated_name(artifact.name)
    in_place = application_folder(artifact.path) is not None or artifact.role is Role.TEMP_ASPNET
    evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
    if in_place or (artifact.role is Role.BIN and not _OF_EXCHANGE.intersection(folders)):
        if not proper:
            message = "its name imitates that of a compiled page; ASP.NET generates no such name"
            yield claim(RULE, message, evidence, severity=Severity.MEDIUM)
        return
    yield claim(RULE, "it has the name of a compiled page, and ASP.NET writes none to this folder", evidence)

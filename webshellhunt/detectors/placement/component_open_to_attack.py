r"""A library of a web application has a vulnerability that attackers use.

What it finds:
    A library whose version resource is below a fixed version: components such as ``Telerik.Web.UI.dll`` in ``bin``, and
    ``Microsoft.SharePoint.dll``, which has the build of a SharePoint server.

Why it matters:
    A back door that is removed comes back by the way on which it came. Updates of Windows and Exchange do not contain
    these components.

Looks like:
    ``Telerik.Web.UI.dll`` of version 2019.3.1023 in ``bin``.

Benign look-alikes:
    An application that does not use the vulnerable part, or has it switched off. The finding is no sign of an intruder.

Blind spots:
    Components whose libraries are renamed or merged; products whose libraries do not have their version (Gladinet).

References:
    The finding names the vulnerabilities and the fixed version.
"""

from webshellhunt.binaries.pe import file_version
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.component_versions import load_component_fixes, open_holes
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2012", "low", "high", "T1190")


def _is_component(sample: Sample) -> bool:
    """Return True if a library has the name of a component in the table."""
    return sample.extension == "dll" and sample.artifact.name.lower() in load_component_fixes()


@detector(RULE, on=Sample, prefilter=_is_component)
def find(sample: Sample) -> Findings:
    """Report the vulnerabilities that are open in the version of the library."""
    version = file_version(sample.data) if _is_component(sample) else None
    rows = open_holes(sample.artifact.name, version) if version is not None else ()
    if rows:
        cves = tuple(sorted({cve for row in rows for cve in row.cves}))
        product, fixed = rows[-1].product, rows[-1].fixed_in
        message = f"the door is still open: {product} {version} has {', '.join(cves)}; {fixed} closes them"
        facts = {"version": version, "fixed_in": fixed, "cves": cves, "source": rows[-1].source}
        yield claim(RULE, message, sample.raw_evidence(0, 2), facts=facts)

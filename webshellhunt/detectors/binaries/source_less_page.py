r"""A precompiled page answers from ``bin`` without its source.

What it finds:
    A ``.compiled`` file outside of ASP.NET's temporary folder: together with an assembly, the page that it names
    answers requests. Directories of Exchange contain no such file and no ``PrecompiledApp.config``; elsewhere it counts
    if the page that it names is missing from its directory, which was collected.

Why it matters:
    A scan of ``.aspx`` files finds nothing, and the web shell still answers.

Looks like:
    ``bin\x.aspx.cdcab7d2.compiled``, ``bin\App_Web_x.aspx.cdcab7d2.dll`` and ``PrecompiledApp.config``, and no
    ``x.aspx``.

Benign look-alikes:
    Precompiled sites: they have a marker page for each such file.

Blind spots:
    An intruder who also leaves a marker page, in a site other than Exchange's.
"""

from webshellhunt.binaries.compiled_pages import application_folder, read_name
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.iis.compiled_markers import read_compiled_marker
from webshellhunt.knowledge.exchange_names import is_of_setup
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5003", "high", "high")
_MARKER = "precompiledapp.config"
_TELLING = (_MARKER, ".compiled")
_OF_EXCHANGE = frozenset({"httpproxy", "clientaccess"})

_ANYWHERE = frozenset({Role.GIVEN, Role.DROP})


def _tells(sample: Sample) -> bool:
    return sample.artifact.name.lower().endswith(_TELLING)


@detector(RULE, on=Sample, prefilter=_tells)
def find(sample: Sample) -> Findings:
    """Report precompiled pages in directories of Exchange, and note them elsewhere."""
    artifact = sample.artifact
    name = artifact.name.lower()
    if not name.endswith(_TELLING):
        return
    folders = artifact.path.replace("\\", "/").lower().split("/")[:-1]
    exchange = bool(_OF_EXCHANGE.intersection(folders)) or "aspnet_client" in folders
    if name == _MARKER and exchange:
        evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
        message = "it marks the pages of this directory as precompiled; pages of Exchange never are"
        yield claim(RULE, message, evidence, severity=Severity.MEDIUM)
        return
    if not name.endswith(".compiled") or application_folder(artifact.path) is not None:
        return
    if artifact.role in _ANYWHERE and not sample.is_text:
        return  # a file of another program
    page = read_compiled_marker(sample.data, artifact.path)
    if not page.is_page:
        return
    known = read_name(name)
    evidence = sample.raw_evidence(max(sample.data.find(b"<preserve"), 0), 9)
    facts = {
        "virtual_path": page.virtual_path,
        "assembly": page.assembly,
        "directory_hash": None if known is None else known.directory_hash,
    }
    if exchange or is_of_setup(page.virtual_path):
        message = f"{page.virtual_path} answers from an assembly; Exchange has no precompiled pages"
        yield claim(RULE, message, evidence, facts=facts)
    else:
        message = f"{page.virtual_path} answers from an assembly, as precompiled pages do"
        yield claim(RULE, message, evidence, severity=Severity.INFO, facts=facts)

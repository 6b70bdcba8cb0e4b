r"""A page ran on this server and is missing now.

What it finds:
    The files that ASP.NET keeps for each page that was requested at least once: a ``.compiled`` file with the page's
    address, and assemblies whose names contain page and directory. If the page itself is missing, the hunt reports it
    as a trace: *deleted* if its directory was collected (a live server, an image, a copy with the directory or the one
    above it and more than the configuration in it), else *not collected*. The time of the ``.compiled`` file is that of
    the first request.

Why it matters:
    Intruders delete their pages after use. These remnants stay for months: Windows clears the folder only when the
    application is compiled again.

Looks like:
    ``Temporary ASP.NET Files\owa\<8 hex>\<8 hex>\x.aspx.f5dba9b9.compiled`` and no ``x.aspx`` in ``owa\auth``.

Benign look-alikes:
    Pages of Exchange that an update removed; these are known by name. Pages that an administrator removed from an
    ordinary site: severity is low there. Services (``.svc``) that exist in the configuration only, and views that an
    application keeps in its assemblies. Collections of ``.compiled`` files without pages prove no deletion.

Blind spots:
    An assembly of several pages without its ``.compiled`` files; a ``tempDirectory`` elsewhere.
"""

from webshellhunt.binaries.compiled_pages import application_folder, belongs, read_name
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.iis.compiled_markers import read_compiled_marker
from webshellhunt.model.findings import Evidence, FactValue, Finding, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5002", "high", "high", "T1505.003", "T1070.004", is_of_place=True)
_MADE = (".compiled", ".dll", ".dll.delete")


def _is_made(sample: Sample) -> bool:
    return sample.artifact.name.lower().endswith(_MADE)


@detector(RULE, on=Sample, prefilter=_is_made)
def find(sample: Sample) -> Findings:
    """Note the page of a remnant; correlation over the whole host decides if that page is missing."""
    artifact = sample.artifact
    name = artifact.name.lower()
    application = application_folder(artifact.path) if name.endswith(_MADE) else None
    if application is None:
        return
    known = read_name(name)
    facts: dict[str, FactValue] = {"application": application}
    if known is not None:
        facts |= {"page": known.page, "directory_hash": known.directory_hash}
    if not name.endswith(".compiled"):
        if known is not None:
            kept = "is marked for deletion" if name.endswith(".delete") else "is present"
            evidence = Evidence(artifact.path, "raw", Span(0, 0), 1, 1, "")
            yield _note(f"the assembly that ASP.NET compiled from a page {known.page} {kept}", evidence, facts)
        return
    page = read_compiled_marker(sample.data, artifact.path)
    if not page.is_page:
        return
    evidence = sample.raw_evidence(max(sample.data.find(b"<preserve"), 0), 9)
    facts |= {"virtual_path": page.virtual_path, "assembly": page.assembly}
    yield _note(f"ASP.NET compiled the page {page.virtual_path}, so the page was requested", evidence, facts)
    if known is not None and not belongs(page.virtual_path, known.directory_hash, application):
        message = f"its name has the hash of another directory than {page.virtual_path} has: ASP.NET did not write it"
        yield claim(RULE, message, evidence, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, facts=facts)


def _note(message: str, evidence: Evidence, facts: dict[str, FactValue]) -> Finding:
    return claim(RULE, message, evidence, severity=Severity.INFO, facts=facts)

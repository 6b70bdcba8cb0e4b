r"""A memory dump lies in a web directory.

What it finds:
    A memory dump of Windows, recognised by its first bytes (``MDMP`` of a process, ``PAGEDU64`` and ``PAGEDUMP`` of the
    whole system), in a directory that a web server serves, under any name. Elsewhere only if its name has the extension
    of a picture, a text or a page.

Why it matters:
    A dump contains the secrets of the process: passwords, tickets, keys, mail. In a web directory it is ready for an
    ordinary download. Intruders dump LSASS or a worker process there, and name it as a picture or as a log.

Looks like:
    ``owa\auth\Current\themes\logo.png`` or ``aspnet_client\a.txt`` that begins with ``MDMP``.

Benign look-alikes:
    The crash dump of an application that writes its dumps to its own folder; it should not be served either. 0 of
    14,580 benign files of the corpus.

Blind spots:
    Dumps that were packed or encrypted, or whose first bytes were changed, as some tools do. Dumps in staging folders
    under an ordinary name; `memory-of-sign-in` reports those of LSASS.

References:
    https://learn.microsoft.com/en-us/windows/win32/api/minidumpapiset/ns-minidumpapiset-minidump_header
"""

from webshellhunt.binaries.memory_dumps import find_dump_format, find_lsass
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_memory_dump
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6023", "medium", "high", "T1003.001", "T1074.001")
_SERVED = EXCHANGE_ROLES | {Role.ASPNET_CLIENT, Role.WWWROOT, Role.SITE, Role.LAYOUTS}
# fmt: off
_NEVER_SO = frozenset({
    "png", "jpg", "jpeg", "gif", "bmp", "ico", "svg", "webp", "css", "js", "txt", "log", "htm", "html", "xml", "json",
    "pdf", "asp", "aspx", "ashx",
})
# fmt: on


@detector(RULE, on=Sample, prefilter=is_memory_dump)
def find(sample: Sample) -> Findings:
    """Report a memory dump that is served or has the name of another kind of file."""
    form = find_dump_format(sample.data)
    if form is None or find_lsass(sample.data) is not None:  # memory-of-sign-in reports a dump of LSASS
        return
    artifact = sample.artifact
    extension = artifact.name.rpartition(".")[2].lower()
    served, disguised = artifact.role in _SERVED, extension in _NEVER_SO
    if served or disguised:
        message = f"it is {form}, {artifact.size_bytes:,} bytes"
        message += f", with the extension .{extension}" if disguised else ""
        message += ", in a directory that is served" if served else ""
        evidence = Evidence(artifact.path, "raw", Span(0, min(8, len(sample.data))), 1, 1, "")
        yield claim(RULE, message, evidence, facts={"format": form})

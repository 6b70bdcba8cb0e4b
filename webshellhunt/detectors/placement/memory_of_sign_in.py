r"""A memory dump of the process that stores passwords (LSASS) was written to a file.

What it finds:
    A memory dump of Windows (``MDMP``, ``PAGEDU64``) that names ``lsass`` or its library, in a folder that is served or
    that intruders use for staging. In a hunt with all files, the file may have any name.

Why it matters:
    The dump contains the passwords and tickets of all signed-in users. In this place it was created by an intruder and
    most likely downloaded.

Looks like:
    ``C:\Windows\Temp\lsass.dmp``; the same as ``owa\auth\error.png``.

Benign look-alikes:
    Dumps of other processes, which `memory-dump-in-web-directory` reports if they are served; nobody needs a dump of
    this one.

Blind spots:
    Dumps that were packed, encrypted or had their mark changed; in staging folders, files not called ``.dmp``.
"""

from webshellhunt.binaries.memory_dumps import find_dump_format, find_lsass
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_memory_dump
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6022", "high", "high", "T1003.001")


@detector(RULE, on=Sample, prefilter=is_memory_dump)
def find(sample: Sample) -> Findings:
    """Report a memory dump of LSASS."""
    if find_dump_format(sample.data) is None:
        return
    place = find_lsass(sample.data)
    if place is not None:
        evidence = Evidence(sample.artifact.path, "raw", Span(place, place + 18), 1, 1, "")
        yield claim(RULE, "it is a memory dump of lsass, which contains the passwords of all signed-in users", evidence)

"""A file that the server runs as a page begins as something else.

What it finds:
    An executable file that begins like a picture, a document, an archive, a database or a program, and holds server
    code.

Why it matters:
    IIS reads the whole file as text, sends what is no code as it is, and runs the rest. Such a header passes checks of
    an upload and makes scanners take the file for harmless. No honest page begins so.

    For pictures and databases the signatures WSH9205 and WSH9206 weigh the same fact; there this rule only adds what
    the file pretends to be (severity low), so that one idea doesn't count as two. For the formats that they leave out
    (documents, archives, programs, RIFF media) it stands alone. What Exchange was made to write (mailbox exports,
    certificate requests) is told by WSH2003 only.

Looks like:
    ``logo.aspx`` that begins ``GIF89a`` and ends in a script.

Benign look-alikes:
    Databases of classic sites that were renamed to ``.asp`` so that nobody downloads them: the tag in them opens no
    code. None of 6,157 benign pages has both such a header and code.

Blind spots:
    Formats outside of the table; handlers, whose directive has to come first, and code in UTF-16 behind a header.

References:
    https://attack.mitre.org/techniques/T1036/008/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, runs_on_server
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH3002",
    "code-behind-foreign-header",
    Severity.MEDIUM,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1036.008"),
)
_WEIGHED_BY_SIGNATURES = frozenset(
    {"GIF image", "JPEG image", "PNG image", "BMP image", "icon", "Jet database", "Access database"}
)
_UNKNOWN = "binary data"
_PAGE_BEGINS = (b"<", b" ", b"\t", b"\r", b"\n")


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Iterator[Finding]:
    """Report the format that an executable file pretends to be."""
    if not sample.nature.executable or sample.data.startswith(_PAGE_BEGINS):
        return
    from webshellhunt.decoding.carriers.binary import open_carrier  # its folder's readers of mail are costly to load

    for carried in open_carrier(sample.data):
        if carried.name == _UNKNOWN:
            return
        severity = Severity.LOW if carried.name in _WEIGHED_BY_SIGNATURES else Severity.MEDIUM
        evidence = sample.raw_evidence(carried.start, min(carried.end - carried.start, 200))
        message = f"it begins as {_with_article(carried.name)} and holds server code"
        yield claim(RULE, message, evidence, severity=severity, facts={"begins_as": carried.name})
        return


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"

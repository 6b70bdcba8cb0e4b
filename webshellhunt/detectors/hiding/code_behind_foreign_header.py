"""A page begins with the header of another file format.

What it finds:
    An executable file that begins like a picture, a document, an archive, a database or a program, and contains server
    code.

Why it matters:
    IIS reads the whole file as text, sends the rest of it unchanged, and executes the code. The header passes checks of
    uploads, and scanners treat the file as harmless. No legitimate page begins like this.

    For pictures and databases the signatures WSH9205 and WSH9206 already rate the same fact; there this rule only adds
    the format (severity low), so that one idea does not count twice. For the formats without a signature (documents,
    archives, programs, RIFF media) it stands alone. Mailbox exports and certificate requests are findings of WSH2003
    only.

Looks like:
    ``logo.aspx`` that begins with ``GIF89a`` and ends with a script.

Benign look-alikes:
    Databases of classic sites that were renamed to ``.asp`` to prevent downloads: the tag in them opens no code. None
    of 6,157 benign pages has both such a header and code.

Blind spots:
    Formats that are not in the table; handlers, whose directive has to come first, and code in UTF-16 after a header.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH3002", "medium", "high", "T1505.003", "T1036.008")
_WEIGHED_BY_SIGNATURES = frozenset(
    {"GIF image", "JPEG image", "PNG image", "BMP image", "icon", "Jet database", "Access database"}
)
_UNKNOWN = "binary data"
_PAGE_BEGINS = (b"<", b" ", b"\t", b"\r", b"\n")


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Findings:
    """Report the format whose header an executable file begins with."""
    if not sample.nature.executable or sample.data.startswith(_PAGE_BEGINS):
        return
    from webshellhunt.decoding.carriers.binary import open_carrier  # slow to import: the readers of mail

    for carried in open_carrier(sample.data):
        if carried.name == _UNKNOWN:
            return
        severity = Severity.LOW if carried.name in _WEIGHED_BY_SIGNATURES else Severity.MEDIUM
        evidence = sample.raw_evidence(carried.start, min(carried.end - carried.start, 200))
        message = f"the file begins as {_with_article(carried.name)} and contains server code"
        yield claim(RULE, message, evidence, severity=severity, facts={"begins_as": carried.name})
        return


def _with_article(name: str) -> str:
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"

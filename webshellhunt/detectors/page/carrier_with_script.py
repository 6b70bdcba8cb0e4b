"""A mailbox export or a certificate request holds server code.

What it finds:
    A mailbox store (PST) or a request for a certificate with a script in it: plain, so that the server runs the file as
    it lies there; or wrapped (text form, wide strings, a mail before it is encoded), which is an attempt. What the
    carrier knows, mailbox and times among it, is told with the finding. A store under the name of a page is told even
    without a script.

Why it matters:
    This is how ProxyShell planted its pages: Exchange itself was made to write a mailbox, or a certificate request, to
    a file that the intruder named. The text around the script is whatever the mailbox held.

Looks like:
    Hundreds of kilobytes of noise that begin with four letters of a store, and one readable script somewhere inside.

Benign look-alikes:
    Exports and requests of administrators: they lie elsewhere, under names of their own, and hold no server code.

Blind spots:
    Stores with cyclic encoding are read for their facts alone; a mail's times are not the time of planting.

References:
    CVE-2021-34473, CVE-2021-34523, CVE-2021-31207
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.carriers import Carried
from webshellhunt.detectors.contract import claim, define_rule, detector, is_carrier
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH2003",
    "carrier-with-script",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1190", "T1505.003"),
)
_WRITTEN_BY_EXCHANGE = ("mailbox export", "certificate request")


@detector(RULE, on=Sample, prefilter=is_carrier)
def find(sample: Sample) -> Iterator[Finding]:
    """Report what Exchange may have been made to write."""
    for carried in sample.carried:
        if carried.carrier.startswith(_WRITTEN_BY_EXCHANGE):
            finding = _claim(sample, carried)
            if finding is not None:
                yield finding


def _claim(sample: Sample, carried: Carried) -> Finding | None:
    evidence = sample.raw_evidence(carried.start, min(carried.end - carried.start, 200))
    facts = carried.telling
    if carried.name == "header":
        if not sample.nature.executable:
            return None
        message = f"a {carried.carrier} lies under the name of a page, without a script in it: an attempt"
    elif carried.executes and sample.nature.executable:
        return claim(RULE, f"a {carried.carrier} with server code was written as a page", evidence, facts=facts)
    else:
        message = f"a {carried.carrier} holds server code that this server would not run from here: an attempt"
    return claim(RULE, message, evidence, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, facts=facts)

"""A mailbox export or a certificate request contains server code.

What it finds:
    A mailbox store (PST) or a certificate request with a script in it: in plain text, so that the server executes the
    file; or encoded (text form, UTF-16 strings, an encoded mail), which is an attempt. The facts of the finding include
    the data of the carrier, such as mailbox and times. A store under the name of a page is a finding even without a
    script.

Why it matters:
    ProxyShell planted its pages this way: the intruder made Exchange write a mailbox, or a certificate request, to a
    file whose name he chose. The text around the script is content of the mailbox.

Looks like:
    Hundreds of kilobytes of binary data that begin with the four letters of a store, and one readable script inside.

Benign look-alikes:
    Exports and requests of administrators: they are in other folders, under other names, and contain no server code.

Blind spots:
    Of stores with cyclic encoding only the facts are read; the times of a mail are not the planting time.

References:
    CVE-2021-34473, CVE-2021-34523, CVE-2021-31207
"""

from webshellhunt.decoding.carriers import CarriedPart
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, is_carrier
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2003", "critical", "high", "T1190", "T1505.003")
_WRITTEN_BY_EXCHANGE = ("mailbox export", "certificate request")


@detector(RULE, on=Sample, prefilter=is_carrier)
def find(sample: Sample) -> Findings:
    """Report carriers of the kinds that an intruder makes Exchange write."""
    for carried in sample.carried:
        if carried.carrier.startswith(_WRITTEN_BY_EXCHANGE):
            finding = _claim(sample, carried)
            if finding is not None:
                yield finding


def _claim(sample: Sample, carried: CarriedPart) -> Finding | None:
    evidence = sample.raw_evidence(carried.start, min(carried.end - carried.start, 200))
    facts = carried.telling
    if carried.name == "header":
        if not sample.nature.executable:
            return None
        message = f"a {carried.carrier} has the name of a page, and contains no script: an attempt"
    elif carried.executes and sample.nature.executable:
        return claim(RULE, f"a {carried.carrier} with server code was written as a page", evidence, facts=facts)
    else:
        message = f"a {carried.carrier} contains server code that IIS does not execute in this file: an attempt"
    return claim(RULE, message, evidence, severity=Severity.MEDIUM, confidence=Confidence.MEDIUM, facts=facts)

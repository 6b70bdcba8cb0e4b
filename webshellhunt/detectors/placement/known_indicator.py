"""The content of this file is known from an intrusion.

What it finds:
    A file whose SHA-256, SHA-1 or MD5 is among the published indicators. A digest from a list that mixes malware with
    ordinary tools (remote control, tunnels, archivers) is a finding of medium weight, not a proof.

Why it matters:
    Exactly these bytes were found on compromised servers before.

Looks like:
    Anything.

Benign look-alikes:
    None for known malware: a digest stands for one content. For a mixed list, the tools that administrators use as
    well.

Blind spots:
    One changed byte changes the digest, so absence means nothing. Of pictures, fonts, videos, PDF documents, client
    scripts and styles only the SHA-256 is compared.

References:
    The finding names the source of its indicator.
"""

import hashlib

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.indicators import LISTED, Indicator, load_indicators
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6003", "critical", "high", is_known_content=True, survives_baseline=True)
_NEVER_WEAK = frozenset({"js", "css", "html", "htm", "png", "gif", "jpg", "svg", "woff", "ttf", "eot"})
_MEDIA = frozenset({"bmp", "ico", "jpeg", "mp3", "mp4", "pdf", "webm", "webp", "woff2"})
_PROGRAM = b"MZ"
_MIXED = Confidence.MEDIUM


def _indicator_of(sample: Sample) -> Indicator | None:
    """Return the indicator of a content; the known good ones are none."""
    digests = load_indicators().digests
    found = digests.get(sample.sha256)
    if found is None and not _is_never_weak(sample):
        found = digests.get(hashlib.sha1(sample.data, usedforsecurity=False).hexdigest())
        found = found or digests.get(hashlib.md5(sample.data, usedforsecurity=False).hexdigest())
    return None if found is None or found.type.startswith("known_good") else found


def _is_never_weak(sample: Sample) -> bool:
    """Return True if no SHA-1 or MD5 can be known: these are digests of programs, pages and scripts."""
    extension = sample.artifact.name.rpartition(".")[2].lower()
    return extension in _NEVER_WEAK or (extension in _MEDIA and not sample.data.startswith(_PROGRAM))


def _is_known(sample: Sample) -> bool:
    return _indicator_of(sample) is not None


@detector(RULE, on=Sample, prefilter=_is_known)
def find(sample: Sample) -> Findings:
    """Report a digest that is an indicator."""
    found = _indicator_of(sample)
    if found is not None:
        evidence = Evidence(sample.artifact.path, "raw", Span(0, len(sample.data)), 1, 1, "")
        facts = {"campaign": found.campaign, "indicator": f"{found.type}:{found.value}", "source": found.source}
        if found.day:
            facts["source_date"] = found.day
        if found.type == LISTED:
            message = f"this content is in a list of an intrusion's files ({found.campaign}) that includes tools"
            yield claim(RULE, message, evidence, severity=Severity.MEDIUM, confidence=_MIXED, facts=facts)
            return
        yield claim(RULE, f"this content is a published indicator ({found.campaign})", evidence, facts=facts)

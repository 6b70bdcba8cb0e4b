r"""A file that antivirus software detected is at its place.

What it finds:
    A file in a directory of a web server that Microsoft Defender detected, and that is there now: because the action
    failed, because somebody allowed it, because only the detection was recorded, or because it came back after a
    removal. If it has the digest of the detected content, it is the same file.

Why it matters:
    A page that comes back after a removal means that the intruder still has a way in, or that a task writes it again.
    An allowed detection means that somebody with the rights of an administrator decided so.

Looks like:
    ``aspnet_client\x.aspx``, quarantined on 3 March as ``Backdoor:ASP/Webshell!MSR``, and present again.

Benign look-alikes:
    A page of the product that was taken by mistake and restored: low if Exchange ships a page of this name there, and
    no rule reports the content. An update or a backup that put a clean file at the
    path: then only the place is the same. A file that Defender cleaned, or that is known to have another digest, is
    low: its own content decides.
    Exchange's own pages with a content of a baseline are known good.

Blind spots:
    Those of `page-removed-by-antivirus`. Detections that are older than the records.

References:
    https://learn.microsoft.com/en-us/previous-versions/windows/desktop/defender/msft-mpthreatdetection
"""

from webshellhunt.antivirus.records import Detection, Outcome
from webshellhunt.detectors.contract import DETECTION, Findings, claim, define_rule, detector
from webshellhunt.detectors.detected_claims import Weight, evidence_of, facts_of, weigh
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.detected_files import DetectedFile
from webshellhunt.views.figures import names_in_words

RULE = define_rule(__name__, "WSH6042", "high", "medium")
_WORDS = {Outcome.ALLOWED: "it was allowed", Outcome.LEFT: "nothing was done", Outcome.FAILED: "the action failed"}


@detector(RULE, on=DetectedFile)
def find(file: DetectedFile) -> Findings:
    """Report a file that was detected and is there now."""
    if not file.is_present:
        return
    severity, confidence = _weigh(file)
    facts = {**facts_of(file), "same_content": True if file.is_same_content else None}
    evidence, ideas = evidence_of(file.detections), (DETECTION,)
    yield claim(RULE, _message(file), *evidence, severity=severity, confidence=confidence, facts=facts, ideas=ideas)


def _weigh(file: DetectedFile) -> Weight:
    """Return the weight: without the digest, the present file may be another one; with another digest, it is."""
    weight = weigh(file)
    if file.is_same_content or weight.severity <= Severity.LOW:
        return weight
    if file.is_cleaned or file.is_other_content:
        return Weight(Severity.LOW, Confidence.MEDIUM)
    return Weight(min(weight.severity, Severity.HIGH), Confidence.MEDIUM)


def _message(file: DetectedFile) -> str:
    named, removal, failure = names_in_words(file.threats), file.removal, file.failure
    if failure is not None:
        return f"Defender detected {named} in it{_on(failure)}, {_WORDS[failure.outcome]}, and it is there{_same(file)}"
    if removal is not None:
        if file.is_same_content and file.is_like_stock:
            return f"Defender removed it{_on(removal)} as {named}, and it was restored: the same content is there again"
        return f"Defender removed it{_on(removal)} as {named}, and a file is there again{_same(file)}"
    since = second_in_utc(file.detected_utc)
    cleaned = ", cleaned it" if file.is_cleaned else ""
    return f"Defender detected {named} in it{f' on {since}' if since else ''}{cleaned}, and it is there{_same(file)}"


def _on(detection: Detection) -> str:
    since = second_in_utc(detection.done_utc)
    return f" on {since}" if since else ""


def _same(file: DetectedFile) -> str:
    if file.is_other_content:
        return ", with other content"
    return ", with the same content" if file.is_same_content else ""

r"""Antivirus software removed a file from a web directory.

What it finds:
    A file in a directory of a web server that Microsoft Defender detected, and that is not there now, according to its
    quarantine, its detection history or its protection log. If the quarantine has the content, it is examined like a
    file, and its findings are those of this trace.

Why it matters:
    The removal ends the file, not the intrusion: somebody could write it. Other files of the same intruder, with names
    or contents that Defender does not know, are still there. The time of the detection is close to that of the
    planting.

Looks like:
    ``Backdoor:ASP/Chopper`` in ``owa\auth\errorEE.aspx``, quarantined 20 minutes after it was written.

Benign look-alikes:
    A document with malware among the uploads of a site: low, unless the server executes files of this name. An unwanted
    program or a test file (EICAR) is a note. A page that Exchange ships there, which Defender took by mistake: if its
    content is in a baseline, it is known good; if the quarantine has it, and no rule reports it, it is low.

Blind spots:
    Other antivirus software, and the filter of Exchange for mail. Defender deletes old items of the quarantine and of
    the history after a number of days that is a setting. Contents above 4 MiB are not examined. An intruder who is
    administrator can empty all of it.

References:
    https://www.nccgroup.com/us/research-blog/reverse-reveal-recover-windows-defender-quarantine-forensics/
    https://www.crowdstrike.com/blog/how-to-use-microsoft-protection-logging-for-forensic-investigations/
"""

from webshellhunt.antivirus.records import Outcome
from webshellhunt.detectors.contract import ABSENCE, DETECTION, Findings, claim, define_rule, detector
from webshellhunt.detectors.detected_claims import evidence_of, facts_of, weigh
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.detected_files import DetectedFile
from webshellhunt.views.figures import names_in_words

RULE = define_rule(__name__, "WSH6041", "high", "high")
_WORDS = {Outcome.QUARANTINED: "quarantined", Outcome.REMOVED: "removed"}


@detector(RULE, on=DetectedFile)
def find(file: DetectedFile) -> Findings:
    """Report a file that was detected and is not there now."""
    if file.is_present:
        return
    severity, confidence = weigh(file)
    named = names_in_words(file.threats)
    removal = file.removal
    if removal is not None:
        since = second_in_utc(removal.done_utc)
        message = f"Defender {_WORDS[removal.outcome]} it{f' on {since}' if since else ''} as {named}"
    else:
        since = second_in_utc(file.detected_utc)
        message = f"Defender detected {named} in it{f' on {since}' if since else ''}"
        message += ", and it was gone afterwards" if file.is_removed else "; the records name no removal"
    evidence, facts, ideas = evidence_of(file.detections), facts_of(file), (DETECTION, ABSENCE)
    yield claim(RULE, message, *evidence, severity=severity, confidence=confidence, facts=facts, ideas=ideas)

"""The times of a planted file contradict each other.

What it finds:
    A page whose content states a time later than the file's own times: the property list of a virtual directory
    records when it was saved, a mail in a mailbox export when it was sent. As information only: a file with other
    findings whose record in the file system changed more than a day after the file's own times.

Why it matters:
    Intruders set the times of planted files back, so that these blend in with the stock files and an investigation
    looks at the wrong days (timestomping).

Looks like:
    A file last changed in 2016 whose content states that it was saved in March 2021.

Benign look-alikes:
    Installers and copy tools keep the time of the last change; archives and restores set times freely. Differing file
    times alone therefore prove nothing, and they are ignored where the source is a copy. A change of the record is
    ignored if most records of the host changed within the same hour (a restore, an upgrade).

Blind spots:
    False times that agree with each other. Sources without creation times or record times.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.file_times import FILE_KINDS, SLACK, FileTimes, days_in_words, utc_time

RULE = define_rule(
    __name__, "WSH6006", "medium", "medium", "T1070.006", references=("https://attack.mitre.org/techniques/T1070/006/",)
)


@detector(RULE, on=FileTimes)
def find(view: FileTimes) -> Findings:
    """Report content that is younger than its file, or note a record that changed after the file."""
    own = dict(view.iter_own())
    if not own:
        return
    kind, oldest = min(own.items(), key=lambda each: each[1])
    stated = max(view.content, key=lambda each: each.when, default=None)
    if stated is not None and oldest < stated.when - SLACK:
        message = (
            f"its times contradict each other: {FILE_KINDS[kind]} {oldest.date()}, yet {stated.by}: "
            f"{stated.when.date()}"
        )
        yield claim(RULE, message, facts={"disagree_by": days_in_words(stated.when - oldest)})
        return
    changed = utc_time(view.times.changed_utc)
    latest = max(own.values())
    if changed is not None and changed - latest > SLACK and not view.common_hours.holds("changed_utc", changed):
        message = f"its record in the file system changed on {changed.date()}, after any time of the file"
        message += f" ({latest.date()})"
        facts = {"disagree_by": days_in_words(changed - latest)}
        yield claim(RULE, message, severity=Severity.INFO, confidence=Confidence.LOW, facts=facts)

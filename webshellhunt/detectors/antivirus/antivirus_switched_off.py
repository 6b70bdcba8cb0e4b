r"""Antivirus software was switched off, or its protection against changes.

What it finds:
    In the protection log of Microsoft Defender: real-time protection that changes from on to off, and tamper protection
    that changes to off, other than by an update of its signatures. A program that tried to set an exclusion and was
    refused is a note.

Why it matters:
    Many intruders switch Defender off before they bring their tools. A detection shortly before such a change is one
    more reason to look.

Looks like:
    ``RTPStatus:1->0``, or ``[TP] State change. … NewState: 0, OldState: 0x2``.

Benign look-alikes:
    Another antivirus product takes over; an administrator switches it off for an installation; a policy. So it is a
    note, low only if it stayed off until the end of the log.

Blind spots:
    Changes by a policy before the log begins. A service that was stopped leaves no such line.

References:
    https://learn.microsoft.com/en-us/defender-endpoint/prevent-changes-to-security-settings-with-tamper-protection
"""

from collections.abc import Sequence

from webshellhunt.antivirus.records import SettingChange
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, log_evidence
from webshellhunt.model.rules import Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.detected_files import AntivirusSettings
from webshellhunt.views.figures import count_in_words

RULE = define_rule(__name__, "WSH6045", "info", "medium", "T1685")
_MOST_SHOWN = 10


@detector(RULE, on=AntivirusSettings)
def find(settings: AntivirusSettings) -> Findings:
    """Report the changes once."""
    weaker = [each for each in settings.changes if each.weakens]
    told = weaker or [each for each in settings.changes if "refused" in each.words]
    if not told:
        return
    stayed = bool(weaker) and settings.changes[-1].weakens
    last = told[-1]
    when = second_in_utc(last.when_utc)
    message = f"{last.words}{f' on {when}' if when else ''}" + ("; no later entry says that it is on" if stayed else "")
    if len(told) > 1:
        message += f" ({count_in_words(len(told), 'change')})"
    evidence = [log_evidence(each.record, each.line) for each in told[-5:]]
    severity = Severity.LOW if stayed else Severity.INFO
    yield claim(RULE, message, *evidence, severity=severity, facts={"changes": _shown(told), "count": len(told)})


def _shown(changes: Sequence[SettingChange]) -> tuple[str, ...]:
    return tuple(f"{second_in_utc(each.when_utc) or '?'} {each.words}" for each in changes[-_MOST_SHOWN:])

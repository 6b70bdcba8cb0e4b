"""Events of Microsoft Defender: pages that it detected, and changes that weaken it.

Source: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft Defender Antivirus".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from webshellhunt.correlation.server_acts.system import logged
from webshellhunt.knowledge.antivirus_exclusions import find_odd_exclusion
from webshellhunt.knowledge.threat_names import ThreatKind, threat_kind
from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.traffic import Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct

_RESOURCE = lazy_pattern(r"(?:^|;)\s{0,4}(?:container)?file:_?((?:[A-Za-z]:|\\\\)[^;|]{1,1000})")
_EXCLUDED = lazy_pattern(
    r".{0,100}\\Windows Defender\\Exclusions\\(Path|Process|Extension)(?:s|es)\\(.{1,1000}?) = 0x[0-9A-Fa-f]+",
    re.IGNORECASE,
)
_MOST_RESOURCES = 20
_SWITCHED_OFF = 5001
_ACTED = frozenset({1007, 1117})
_REMOVING = frozenset({"quarantine", "remove"})


def iter_detected(record: Record) -> Iterator[LoggedAct]:
    """Yield the files of web folders that a detection is about, each once."""
    threat = record.text("data.threat name") or ""
    kind = threat_kind(threat)
    if not threat or kind < ThreatKind.MALWARE:
        return
    found = _RESOURCE.findall(record.text("data.path") or "")[:_MOST_RESOURCES]
    for path in dict.fromkeys(each.partition("->")[0].strip() for each in found):
        if not is_in_web_folder(path) or (kind is ThreatKind.MALWARE and not is_page_name(path)):
            continue
        gravity = Gravity.GRAVE if kind is ThreatKind.WEB_SHELL else Gravity.ODD
        reason = "a web shell by its name" if kind is ThreatKind.WEB_SHELL else "malware under the name of a page"
        shown = f"{_action(record)}: {threat} in {path}"
        user = record.text("data.detection user") or ""
        act = logged(record, Idea.PAGE_DETECTED, gravity, user, shown, reason, path)
        yield act._replace(removes=_action(record) in _REMOVING)


def iter_weakened(record: Record) -> Iterator[LoggedAct]:
    """Yield real-time protection that was switched off (5001), and an exclusion that no product needs (5007)."""
    if record.number("event_id") == _SWITCHED_OFF:
        shown, reason = "real-time protection was switched off", "another product or an administrator does it as well"
        yield logged(record, Idea.PROTECTION_WEAKENED, Gravity.NOTE, record.text("user") or "", shown, reason)
        return
    excluded = _EXCLUDED.match(record.text("data.new value") or "")
    if excluded is None or record.text("data.old value"):
        return
    kind, value = excluded[1].lower(), excluded[2]
    odd = find_odd_exclusion(kind, value)
    if odd is not None:
        shown = f"exclusion of the {kind} {value}"
        yield logged(record, Idea.PROTECTION_WEAKENED, Gravity.ODD, record.text("user") or "", shown, odd)


def _action(record: Record) -> str:
    """Return the action of Defender in words."""
    action = (record.text("data.action name") or "").strip().lower()
    if record.number("event_id") not in _ACTED or not action:
        return "detected"
    error = (record.text("data.error code") or "0x0").strip()
    return action if not error.strip("0x") else f"{action} failed ({error[:20]})"

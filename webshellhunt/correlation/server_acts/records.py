"""Acts of records: the acts in an event, or in a row about a cmdlet; most have none.

Source of the events of Defender: Microsoft, "Review event logs and error codes to troubleshoot issues with Microsoft
Defender Antivirus".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from webshellhunt.correlation.server_acts.lasting import iter_bound_consumers, iter_registered_tasks, iter_started_tasks
from webshellhunt.correlation.server_acts.processes import iter_connected, iter_started, iter_threads, iter_written
from webshellhunt.correlation.server_acts.system import iter_accounts, iter_cleared, iter_services, logged
from webshellhunt.knowledge.antivirus_exclusions import find_odd_exclusion
from webshellhunt.knowledge.cmdlets import judge_call
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS, is_expected_page
from webshellhunt.knowledge.threat_names import ThreatKind, threat_kind
from webshellhunt.knowledge.web_folders import is_in_web_folder, is_page_name, local_path
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.logs.cmdlet_calls import CMDLET_EVENTS, CmdletCall, find_call
from webshellhunt.model.traffic import LogKind, Record
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


_MOST_VALUES = 48
_LONGEST = 16 * 1024
_ADDRESS = lazy_pattern(r"https?://[^\s'\"<>]{3,2048}")
_FORGED = lazy_pattern(
    r"https?://[^\s'\"<>]{0,300}\](?:@[\w.-]{1,100})?:444/[^\s'\"<>]{0,300}?(?=[\s'\"<>(]|\Z)", re.IGNORECASE
)
_CLIENT = lazy_pattern(r"(?:\d{1,3}\.){3}\d{1,3}|[0-9a-fA-F]{0,4}(?::[0-9a-fA-F]{0,4}){2,7}(?:%\w{1,20})?")
_LINE_CLIENT = lazy_pattern(rf":[ \t]*({_CLIENT.pattern})[ \t]*$")
_VIEW_STATE_CODES = frozenset({"4009", "4010"})
_CODE = lazy_pattern(r"\b40(?:09|10)\b")
_CASTS = ("msexchange unified messaging", "msexchange common", "msexchange control panel")


class FailedRequest(NamedTuple):
    """The request of an event of ASP.NET: its address, its path and its client, as far as they are logged."""

    url: str
    path: str
    client: str


def read_request(record: Record) -> FailedRequest:
    """Return the request of an event; the address, the path and the client follow each other in its values."""
    values = [record.text(f"data.{number}") or "" for number in range(_MOST_VALUES)]
    at = next((n for n, value in enumerate(values) if _ADDRESS.fullmatch(value.strip()[:2_048])), None)
    if at is not None:
        path, client = (value.strip() for value in (*values[at + 1 :], "", "")[:2])
        return FailedRequest(values[at].strip(), path, client if _CLIENT.fullmatch(client) else "")
    message = (record.text("data.message") or "")[:_LONGEST]
    found = _ADDRESS.search(message)
    url = found[0] if found is not None else ""
    lines = (line.strip() for line in message.splitlines()[:200])
    client = next((ends[1] for line in lines if (ends := _LINE_CLIENT.search(line[-80:])) is not None), "")
    return FailedRequest(url, _path(url), client)


def iter_failed_page(record: Record) -> Iterator[LoggedAct]:
    """Yield an error in a page below an application of Exchange that ships no such page (1309, 1310)."""
    url, path, client = read_request(record)
    path = path or _path(url)
    if not is_page_name(path) or len(path) > 400:
        return
    application = path.lower().strip("/").partition("/")[0]
    if application not in EXCHANGE_APPLICATIONS | {"aspnet_client"} or is_expected_page(path):
        return
    reason = "the page failed while it ran, and Exchange ships no such page"
    yield logged(record, Idea.PAGE_FAILED, Gravity.ODD, client, f"error in {path}", reason, path)


def iter_forged_address(record: Record) -> Iterator[LoggedAct]:
    """Yield an error of the control panel at an address that only a forged header makes (event 4)."""
    values = (value[:_LONGEST] for name, value in record.fields.items() if name.startswith("data."))
    found = next((found for value in values if (found := _FORGED.search(value)) is not None), None)
    if found is not None:
        reason = "a header with an address inside made the front end send the request there, as by CVE-2021-26855"
        shown = f"the back end got a request for {found[0]}"
        yield logged(record, Idea.ADDRESS_FORGED, Gravity.GRAVE, "", shown, reason)


def iter_refused_view_state(record: Record) -> Iterator[LoggedAct]:
    """Yield a view state that failed the check (1316)."""
    code = record.text("data.0") or ""
    message = record.text("data.message") or ""
    if code not in _VIEW_STATE_CODES and _CODE.search(message[:400]) is None:
        return
    url, path, client = read_request(record)
    shown = f"view state of {path or _path(url) or 'a page'} refused"
    yield logged(record, Idea.VIEW_STATE_REFUSED, Gravity.NOTE, client, shown, "its check failed")


def iter_refused_object(record: Record, provider: str) -> Iterator[LoggedAct]:
    """Yield a serialised object of another type than expected, in services that intruders sent such objects."""
    if not provider.startswith(_CASTS):
        return
    text = "\n".join(value for name, value in record.fields.items() if name.startswith("data."))[: 8 * _LONGEST]
    lowered = text.lower()
    if provider.startswith("msexchange unified messaging"):
        if "system.invalidcastexception" in lowered:
            reason = "Unified Messaging refused a serialised object, as after CVE-2021-26857"
            yield logged(record, Idea.OBJECT_REFUSED, Gravity.GRAVE, "", _excerpt(text, lowered), reason)
    elif "binaryformatter.deserialize" in lowered:
        reason = "an object that a user sent was deserialised and failed, as after CVE-2021-42321"
        yield logged(record, Idea.OBJECT_REFUSED, Gravity.GRAVE, "", _excerpt(text, lowered), reason)


def _excerpt(text: str, lowered: str) -> str:
    """Return the line with the error."""
    at = max(lowered.find("invalidcastexception"), lowered.find("binaryformatter.deserialize"), 0)
    start = text.rfind("\n", 0, at) + 1
    return text[start : start + 300].partition("\n")[0].strip()


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


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


def iter_failed_mitigation(record: Record) -> Iterator[LoggedAct]:
    """Yield an error of the Emergency Mitigation service, which may not get new mitigations (event 1008)."""
    reason = "the service may not get the mitigations of Microsoft that are newer than this server"
    yield logged(record, Idea.MITIGATIONS_FAILED, Gravity.NOTE, "", "the mitigation service failed", reason)


def _action(record: Record) -> str:
    """Return the action of Defender in words."""
    action = (record.text("data.action name") or "").strip().lower()
    if record.number("event_id") not in _ACTED or not action:
        return "detected"
    error = (record.text("data.error code") or "0x0").strip()
    return action if not error.strip("0x") else f"{action} failed ({error[:20]})"


class _Source(NamedTuple):
    """The provider, in lower case, and the function for its events."""

    provider: str
    acts: Callable[[Record], Iterator[LoggedAct]]


_SYSMON = "microsoft-windows-sysmon"
_AUDIT = "microsoft-windows-security-auditing"
_SCHEDULER = "microsoft-windows-taskscheduler"
_DETECTED, _WEAKENED = (
    (_Source("microsoft-windows-windows defender", acts), _Source("microsoft antimalware", acts))
    for acts in (iter_detected, iter_weakened)
)
_EVENTS: Mapping[int, tuple[_Source, ...]] = {
    1: (_Source(_SYSMON, iter_started),),
    3: (_Source(_SYSMON, iter_connected),),
    4: (_Source("msexchange control panel", iter_forged_address),),
    8: (_Source(_SYSMON, iter_threads),),
    11: (_Source(_SYSMON, iter_written),),
    **dict.fromkeys((129, 200), (_Source(_SCHEDULER, iter_started_tasks),)),
    104: (_Source("microsoft-windows-eventlog", iter_cleared),),
    **dict.fromkeys((1006, 1007, 1116, 1117), _DETECTED),
    **dict.fromkeys((5001, 5007), _WEAKENED),
    1008: (_Source("msexchange mitigation service", iter_failed_mitigation),),
    1102: (_Source("microsoft-windows-eventlog", iter_cleared),),
    1309: (_Source("asp.net", iter_failed_page),),
    1310: (_Source("asp.net", iter_failed_page),),
    1316: (_Source("asp.net", iter_refused_view_state),),
    4688: (_Source(_AUDIT, iter_started),),
    4697: (_Source(_AUDIT, iter_services),),
    **dict.fromkeys((4698, 4702), (_Source(_AUDIT, iter_registered_tasks),)),
    4720: (_Source(_AUDIT, iter_accounts),),
    4728: (_Source(_AUDIT, iter_accounts),),
    4732: (_Source(_AUDIT, iter_accounts),),
    4756: (_Source(_AUDIT, iter_accounts),),
    5861: (_Source("microsoft-windows-wmi-activity", iter_bound_consumers),),
    7045: (_Source("service control manager", iter_services),),
}
EVENT_IDS = frozenset(_EVENTS) | CMDLET_EVENTS
"""The numbers of the events with acts."""
REFUSED_OBJECTS = frozenset({b"system.invalidcastexception", b"binaryformatter.deserialize"})
"""Words in lower case of events of any number: the errors of a serialised object that the server refused."""


def iter_acts(record: Record) -> Iterator[LoggedAct]:
    """Yield the acts in a record."""
    yield from _iter_cmdlet(record)
    if record.kind is not LogKind.EVENTS:
        return
    number = record.number("event_id") or 0
    provider = (record.text("provider") or "").lower()
    for source in _EVENTS.get(number, ()):
        if provider.startswith(source.provider):
            yield from source.acts(record)
    yield from iter_refused_object(record, provider)


def _iter_cmdlet(record: Record) -> Iterator[LoggedAct]:
    """Yield the act of a cmdlet, by the log *MSExchange Management* or by a row of a text log of Exchange."""
    call = find_call(record)
    if call is None:
        return
    if record.kind is LogKind.EVENTS:
        yield from _iter_call(record, call, record.text("data.2") or "")
        return
    user = record.text("user") or ""
    acts = _iter_call(record, call, user)
    yield from (act for act in acts if act.gravity >= Gravity.GRAVE or not _is_monitoring(record, user))


def _is_monitoring(record: Record, user: str) -> bool:
    """Return True for the monitoring of Exchange; any client may send its name, but not with the user of a server."""
    name, lowered = (record.text("clientapplication") or "").lower(), user.lower()
    own = not lowered or lowered.endswith(("$", "\\system")) or "healthmailbox" in lowered
    return name.startswith("activemonitor") and own


def _attempted(gravity: Gravity) -> Gravity:
    """Return the weight of a call that the server refused; a plant is grave even then."""
    if gravity >= Gravity.GRAVE:
        return Gravity.GRAVE
    return Gravity.LEAD if gravity is Gravity.ODD else Gravity.NOTE


def _iter_call(record: Record, call: CmdletCall, user: str) -> Iterator[LoggedAct]:
    judged = judge_call(call)
    if judged is None:
        return
    failed = call.failed
    gravity = _attempted(judged.gravity) if failed else judged.gravity
    computer = record.text("computer") or record.text("serverhostname") or record.text("servername") or ""
    yield LoggedAct(
        judged.idea,
        gravity,
        record.log,
        record.line,
        record.when_utc,
        user,
        computer,
        call.text[:400],
        judged.reason,
        "" if failed and judged.idea is not Idea.PAGE_PLANTED else local_path(judged.path, computer),
        failed,
    )

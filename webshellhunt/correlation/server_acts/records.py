"""Acts of records: the acts in an event, or in a row about a cmdlet; most have none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from webshellhunt.correlation.server_acts.antivirus import iter_detected, iter_weakened
from webshellhunt.correlation.server_acts.pages import (
    iter_failed_page,
    iter_forged_address,
    iter_refused_object,
    iter_refused_view_state,
)
from webshellhunt.correlation.server_acts.processes import iter_connected, iter_started, iter_threads, iter_written
from webshellhunt.correlation.server_acts.system import iter_accounts, iter_cleared, iter_services
from webshellhunt.knowledge.cmdlets import judge_call
from webshellhunt.knowledge.web_folders import local_path
from webshellhunt.logs.cmdlet_calls import CMDLET_EVENTS, CmdletCall, find_call
from webshellhunt.model.traffic import LogKind, Record
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct


class _Source(NamedTuple):
    """The provider, in lower case, and the function for its events."""

    provider: str
    acts: Callable[[Record], Iterator[LoggedAct]]


_SYSMON = "microsoft-windows-sysmon"
_AUDIT = "microsoft-windows-security-auditing"
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
    104: (_Source("microsoft-windows-eventlog", iter_cleared),),
    **dict.fromkeys((1006, 1007, 1116, 1117), _DETECTED),
    **dict.fromkeys((5001, 5007), _WEAKENED),
    1102: (_Source("microsoft-windows-eventlog", iter_cleared),),
    1309: (_Source("asp.net", iter_failed_page),),
    1310: (_Source("asp.net", iter_failed_page),),
    1316: (_Source("asp.net", iter_refused_view_state),),
    4688: (_Source(_AUDIT, iter_started),),
    4697: (_Source(_AUDIT, iter_services),),
    4720: (_Source(_AUDIT, iter_accounts),),
    4728: (_Source(_AUDIT, iter_accounts),),
    4732: (_Source(_AUDIT, iter_accounts),),
    4756: (_Source(_AUDIT, iter_accounts),),
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

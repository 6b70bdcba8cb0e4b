"""The use of a subject and its presence, in few words for a table and in one sentence."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Presence, Subject, SubjectKind
from webshellhunt.reports.printable import one_line
from webshellhunt.reports.times import second

_PRESENCES: Final = {
    Presence.PRESENT: "still there",
    Presence.DELETED: "deleted",
    Presence.NOT_COLLECTED: "not collected",
    Presence.NOT_READABLE: "not readable",
}
_REFUSALS: Final = frozenset({"400", "401", "403", "404", "405", "503"})


def is_logged(subject: Subject) -> bool:
    """Return True for a trace that is still in the logs."""
    return subject.kind is SubjectKind.TRACE and subject.presence is Presence.PRESENT


def presence_words(subject: Subject) -> str:
    """Return whether a subject is still there; of a trace in a log, the place where it is."""
    return "in the logs" if is_logged(subject) else _PRESENCES[subject.presence]


def use_in_brief(use: Use) -> str:
    """Return the use of a file in few words."""
    if not use.requests:
        return "not requested"
    if not use.answered:
        return "never answered"
    times = times_words(use.answered)
    if use.last_utc is None:
        return times
    return f"{times}, {'on' if use.answered == 1 else 'last'} {use.last_utc:%Y-%m-%d}"


def use_sentence(use: Use) -> str:
    """Return the use of a file in one sentence; a page that nobody requested is still a page."""
    period = " in the period that was read" if use.in_period else ""
    if not use.requests:
        where = period or " in the logs that are here"
        return f"not requested{where}; that does not make it harmless"
    figures = _figures(use)
    if not use.answered:
        asked = f"requested {times_words(use.requests)}{period}{figures}"
        ran = "; a page may run and still send such a status" if may_have_run(use) else ""
        return f"{asked}, never with success{ran}"
    until = f" until {second(use.last_utc)}" if use.last_utc != use.first_utc else ""
    named = ", ".join(one_line(each) for each in use.clients[:3])
    more = f" and {use.client_count - 3:,} more" if use.client_count > 3 else ""
    sizes = f", {use.sent_bytes:,} bytes sent" if use.sent_bytes is not None else ""
    times = times_words(use.answered)
    return f"used {times}{period}{figures}, {second(use.first_utc)}{until}, by {named}{more}{sizes}"


def times_words(count: int) -> str:
    """Return a number of times in words."""
    return "once" if count == 1 else f"{count:,} times"


def may_have_run(use: Use) -> bool:
    """Return True if a page that never answered may have run: a server that refuses a request starts no page."""
    return any(status.value not in _REFUSALS for status in use.statuses)


def _figures(use: Use) -> str:
    """Return the methods and the statuses of all requests; their numbers are left out where there is one."""
    methods = ", ".join(f"{count:,} {one_line(name)}" for name, count in use.methods[:3])
    statuses = use.statuses[:5]
    numbered = ", ".join(f"{one_line(status)}: {count:,}" for status, count in statuses)
    status = one_line(statuses[0].value) if len(statuses) == 1 else numbered
    figures = [methods, f"status {status}" if status else ""]
    all_of = f"of {use.requests:,} requests" if use.requests != use.answered and use.answered else ""
    shown = "; ".join(part for part in (all_of, *figures) if part)
    return f" ({shown})" if shown else ""

"""Use in words: who requested a page, when, and what the server did, as every form of a report says it.

The texts come from logs, which visitors write: a form that shows them escapes control characters.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from webshellhunt.model.traffic import Use, most_frequent
from webshellhunt.views.figures import count_in_words, names_in_words

_REFUSALS: Final = frozenset({"400", "401", "403", "404", "405", "503"})
_WITHOUT_PAGE: Final = frozenset({"HEAD", "OPTIONS", "TRACE"})


def times_in_words(count: int) -> str:
    """Return a number of times in words."""
    return "once" if count == 1 else f"{count:,} times"


def use_in_brief(use: Use) -> str:
    """Return the use of a file in few words."""
    if not use.requests:
        return "by monitoring alone" if use.probes else "not in these logs" if use.doubts else "not requested"
    if not use.answered:
        return f"requested {times_in_words(use.requests)}, answer unknown" if use.unknown else "never answered"
    times = times_in_words(use.answered)
    if use.last_utc is None:
        return times
    return f"{times}, {'on' if use.answered == 1 else 'last'} {use.last_utc:%Y-%m-%d}"


def use_sentence(use: Use) -> str:
    """Return the use of a file in one sentence; a page that nobody requested is still a page."""
    told = _not_requested(use) if not use.requests else _answered(use) if use.answered else _not_answered(use)
    return "; ".join((told, *use.doubts))


def _not_requested(use: Use) -> str:
    if use.probes:
        return f"requested by monitoring alone, {times_in_words(use.probes)}; that does not make it harmless"
    days = "on the days that the logs cover" if use.doubts else "in the logs that are here"
    where = "in the period that was read" if use.in_period else days
    return f"not requested {where}; that does not make it harmless"


def _not_answered(use: Use) -> str:
    period = " in the period that was read" if use.in_period else ""
    asked = f"requested {times_in_words(use.requests)}{period}{_figures(use)}"
    if use.unknown:
        when = f", {_period(use)}, by {_list(use.tried, use.tried_count)}"
        which = "whether it was answered" if use.unknown == use.requests else f"the answer to {use.unknown:,} of them"
        return f"{asked}{when}; {which} is unknown: the log has no status (sc-status)"
    by = f"; tried by {_list(use.tried, use.tried_count)}" if use.tried else ""
    return f"{asked}, never with success{by}" + ("; a page may run and still send such a status" * may_have_run(use))


def _answered(use: Use) -> str:
    period = " in the period that was read" if use.in_period else ""
    figures = f"{times_in_words(use.answered)}{period}{_figures(use)}"
    sizes = f", {count_in_words(use.sent_bytes, 'byte')} sent" if use.sent_bytes is not None else ""
    parts = [f"used {figures}, {_period(use)}, by {users_in_words(use)}{sizes}"]
    if use.failed == use.answered:
        parts = [f"answered with an error {figures}, {_period(use)}, to {users_in_words(use)}{sizes}"]
        parts.append("each time it ran and failed, or it does not compile")
    if use.gone_utc is not None and use.last_utc is not None:
        last = f"{_second(use.last_utc)} ({_row(use.last_log, use.last_line)})"
        first = f"{_second(use.gone_utc)} (404, {_row(use.gone_log, use.gone_line)})"
        parts.append(f"removed between {last} and {first}, unless the page itself answers so")
    if use.visited:
        parts.append("all users request such a page, and its visitors are not the intruder")
    if use.others:
        parts.append(f"it also answered {count_in_words(use.others, 'other client')}")
    if use.tried:
        parts.append(f"tried in vain by {_list(use.tried, use.tried_count)}")
    if use.unknown:
        parts.append(f"the answer to {use.unknown:,} more is unknown: the log has no status (sc-status)")
    if use.probes:
        parts.append(f"{count_in_words(use.probes, 'request')} of monitoring not counted")
    return "; ".join(parts)


def users_in_words(use: Use) -> str:
    """Return the clients to which a page answered, those that only a proxy names as claimed."""
    of_header = f"claimed by X-Forwarded-For, through the proxy {_list(use.proxies)}"
    claimed = [each for each in use.users if each in use.claimed]
    known = _list(use.users, use.operator_count or use.client_count) + (f" ({of_header})" if claimed else "")
    parts = [known] if use.clients else []
    if use.possible_proxies and parts:
        which = "it" if use.client_count == 1 else _list(use.possible_proxies)
        parts[0] += f" ({which} may be a proxy of several clients)"
    if use.hidden and use.proxies:
        parts.append(f"unknown clients: the proxy {_list(use.proxies)} hides them")
    elif use.hidden:
        parts.append("unknown clients: the log does not name them (c-ip)")
    if use.by_server:
        parts.append("the server itself")
    return " and ".join(parts) or "unknown clients"


def answers_in_words(use: Use) -> str:
    """Return the requests that were answered, with their days and clients, as a clause."""
    users = use.operator_count or use.client_count
    clients = f"{users:,} clients" if users > 1 else users_in_words(use)
    clients = f"client {clients}" if users == 1 else clients
    clients += f" and {count_in_words(use.others, 'other')}" if use.others else ""
    when = "" if use.first_utc is None else f" on {use.first_utc:%Y-%m-%d}"
    if use.first_utc is not None and use.last_utc is not None and use.first_utc.date() != use.last_utc.date():
        when = f" from {use.first_utc:%Y-%m-%d} to {use.last_utc:%Y-%m-%d}"
    posted = f", {use.posted:,} of them with POST" if use.posted and use.answered > 1 else ""
    return f"the server answered {times_in_words(use.answered)}{when}, to {clients}{posted}"


def may_have_run(use: Use) -> bool:
    """Return True if a page that never answered may have run: a server that refuses a request starts no page."""
    asked = {each.value for each in use.methods}
    if asked and asked <= _WITHOUT_PAGE:
        return False
    return any(status.value not in _REFUSALS for status in use.statuses)


def _period(use: Use) -> str:
    """Return the first and the last time."""
    if use.first_utc is None:
        return "at an unknown time"
    until = f" until {_second(use.last_utc)}" if use.last_utc is not None and use.last_utc != use.first_utc else ""
    return f"{_second(use.first_utc)}{until}"


def _figures(use: Use) -> str:
    """Return the methods and the statuses of all requests; their numbers are left out where there is one."""
    methods = ", ".join(f"{count:,} {name}" for name, count in most_frequent(use.methods, 4))
    statuses = most_frequent(use.statuses, 6)
    numbered = ", ".join(f"{status}: {count:,}" for status, count in statuses)
    status = statuses[0].value if len(statuses) == 1 else numbered
    figures = [methods, f"status {status}" if status else ""]
    all_of = f"of {use.requests:,} requests" if use.requests != use.answered and use.answered else ""
    shown = "; ".join(part for part in (all_of, *figures) if part)
    return f" ({shown})" if shown else ""


def _list(names: tuple[str, ...], count: int = 0) -> str:
    return names_in_words(names, count=count) if names else "unknown clients"


def _row(log: str, line: int) -> str:
    name = log.replace("\\", "/").rpartition("/")[2]
    return f"{name}, line {line}"


def _second(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"

"""Taken files: downloads of archives and large files, and the use of the services of Exchange, as leads."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final

from webshellhunt.correlation.outgoing import Folder, OutgoingTraffic
from webshellhunt.logs.client_addresses import is_public
from webshellhunt.logs.day_totals import LargeResponse, Use
from webshellhunt.logs.downloads import Download, DownloadsTally
from webshellhunt.logs.services import Service, is_mail_program, is_script
from webshellhunt.model.traffic import LogKind
from webshellhunt.views.habits import LEAST_DAYS, habit_of, is_far_above
from webshellhunt.views.outgoing_leads import DownloadLead, Habit, LargeFileLead, ServiceLead, is_exchange_address

SCRIPT_REQUESTS: Final = 500
"""The least number of answered requests to EWS of a script on one day."""

BULK_REQUESTS: Final = 10_000
"""The least number of answered requests to EWS of any client on one day."""

_BULK_MULTIPLE: Final = 20
_SWEEP_NAMES: Final = 8
_SWEEP_BYTES: Final = 1_000_000
_SWEEP_KINDS: Final = 3
_LARGE_IN_EXCHANGE: Final = 20_000_000
_LARGE_ELSEWHERE: Final = 200_000_000
_FEW_CLIENTS: Final = 2
_MOST_LEADS: Final = 100
_HABIT_DAYS: Final = 3
_HABIT_SPAN_DAYS: Final = 14
_POWERSHELL: Final = re.compile(r"(?i)winrm|powershell|wsman|exchange")
_STATIC: Final = re.compile(
    r"(?i)\.(?:png|jpe?g|gif|bmp|ico|svg|webp|css|js|map|txt|log|html?|xml|json|pdf|dat|bin|tmp|eot|ttf|woff2?|skin|wav|mp3"
    r"|dll|exe|msi|flt)$"
)


def download_leads(tallies: Iterable[DownloadsTally], traffic: OutgoingTraffic) -> list[DownloadLead]:
    """Return a lead for each file, those in directories of Exchange first."""
    merged: DownloadsTally | None = None
    for tally in tallies:
        if merged is None:
            merged = DownloadsTally(tally.log)
        merged.merge(tally)
    by_path: dict[str, list[Download]] = defaultdict(list)
    names: dict[str, set[str]] = defaultdict(set)
    askers = traffic.askers
    for sent in merged.found.values() if merged is not None else ():
        each = sent._replace(client=askers.name(sent.client) or sent.client)
        names[each.client].add(each.path.lower())
        by_path[each.path.lower()].append(each)
    sweeping = {client for client, paths in names.items() if len(paths) >= _SWEEP_NAMES and _is_sweep(client, by_path)}
    leads = [_download_lead(found, sweeping, traffic) for found in by_path.values()]
    leads.sort(key=lambda each: (not is_exchange_address(each.first.path), each.sweeping, each.first.path))
    return leads[:_MOST_LEADS]


def _is_sweep(client: str, by_path: dict[str, list[Download]]) -> bool:
    """Return True if a client's files have many names, and the same small size or, if no size is known, many kinds."""
    own = [each for found in by_path.values() for each in found if each.client == client]
    names = {each.path.lower().rpartition("/")[2].partition(".")[0] for each in own}
    if len(names) < _SWEEP_NAMES // 2:  # the parts of a split archive have the same name
        return False
    sizes = [each.sent_bytes // max(1, each.requests) for each in own if each.sent_bytes is not None]
    if sizes:
        return max(sizes) <= min(_SWEEP_BYTES, 1.2 * min(sizes) + 1000)
    return len({each.kind for each in own}) >= _SWEEP_KINDS


def _download_lead(found: Sequence[Download], sweeping: set[str], traffic: OutgoingTraffic) -> DownloadLead:
    """Return the lead about one file; of logs of several kinds about the same requests, only those of IIS."""
    kinds = {each.log_kind for each in found}
    own_log = LogKind.IIS if LogKind.IIS in kinds else found[0].log_kind
    kept = sorted(
        (each for each in found if each.log_kind is own_log),
        key=lambda each: (each.first_utc.isoformat() if each.first_utc else "", each.log, each.line),
    )
    outside = [each for each in kept if not traffic.is_own(each.client)]
    days = {when.date() for each in kept for when in (each.first_utc, each.last_utc) if when is not None}
    return DownloadLead(
        tuple(outside or kept),
        clients=len({each.client for each in kept}),
        days=max(len(days), max(each.days for each in kept)),
        sweeping=all(each.client in sweeping for each in outside) and bool(outside),
        is_own=not outside,
    )


def large_file_leads(traffic: OutgoingTraffic) -> Iterator[LargeFileLead]:
    """Yield large static files, each once."""
    found: dict[str, list[LargeResponse]] = defaultdict(list)
    for tally in traffic.folders.values():
        for each in tally.large:
            is_file = _STATIC.search(each.path) is not None and each.method in ("GET", "RETR", "")
            if is_file and each.answered and not traffic.is_own(each.client):
                found[each.path.lower()].append(each)
    for responses in list(found.values())[:_MOST_LEADS]:
        largest = max(responses, key=lambda each: each.size_bytes)
        clients = tuple(sorted({each.client for each in responses}))
        in_exchange = is_exchange_address(largest.path)
        least = _LARGE_IN_EXCHANGE if in_exchange else _LARGE_ELSEWHERE
        if largest.size_bytes >= least and (in_exchange or len(clients) <= _FEW_CLIENTS):
            yield LargeFileLead(largest.path, largest.size_bytes, clients, largest.day, largest.log, largest.line)


def service_leads(traffic: OutgoingTraffic) -> list[tuple[Folder, ServiceLead]]:
    """Return the leads about EWS, the address book and PowerShell, of each client and agent on its busiest day."""
    found: dict[tuple[Service, str, str | None], tuple[Folder, ServiceLead]] = {}
    for folder, tally in traffic.folders.items():
        uses = [each for each in tally.uses if not traffic.is_own(each.client) and not _is_probe(each)]
        for lead in _leads_of(uses):
            key = (lead.service, lead.client, lead.agent)
            if key not in found or lead.answered > found[key][1].answered:
                found[key] = folder, lead
    ordered = sorted(found.values(), key=lambda each: (each[1].service, -each[1].answered, each[1].client))
    return ordered[:_MOST_LEADS]


def _is_probe(use: Use) -> bool:
    """Return True for the monitoring of Exchange, which signs in to mailboxes of its own."""
    return use.user is not None and "healthmailbox" in use.user.lower() and not is_script(use.agent)


def _leads_of(uses: Sequence[Use]) -> Iterator[ServiceLead]:
    groups: dict[tuple[Service, str, str | None], list[Use]] = defaultdict(list)
    for use in uses:
        groups[use.service, use.client, use.agent].append(use)
    busiest = _busiest_by_day([each for each in uses if each.service is Service.EWS])
    agent_days: dict[tuple[Service, str | None], set[str]] = defaultdict(set)
    for use in uses:
        agent_days[use.service, use.agent].add(use.day)
    for (service, client, agent), of_client in groups.items():
        by_day: Counter[str] = Counter()
        for use in of_client:
            by_day[use.day] += use.answered
        day, answered = max(by_day.items(), key=lambda each: (each[1], each[0]))
        lead = ServiceLead(
            service,
            client,
            next((each.user for each in of_client if each.user is not None and each.day == day), None),
            agent,
            day,
            sum(each.requests for each in of_client if each.day == day),
            answered,
            len(by_day),
            is_script(agent),
            is_public(client),
            _habit(busiest, day) if service is Service.EWS and answered >= SCRIPT_REQUESTS else None,
        )
        if answered and _IS_ODD[service](lead, agent_days[service, agent]):
            yield lead


def _busiest_by_day(uses: Iterable[Use]) -> dict[str, int]:
    """Return the answered requests of the busiest client of each day."""
    days: dict[str, Counter[str]] = defaultdict(Counter)
    for use in uses:
        days[use.day][use.client] += use.answered
    return {day: max(counts.values()) for day, counts in days.items()}


def _habit(busiest: Mapping[str, int], day: str) -> Habit:
    """Return the habit of the busiest client of each other day."""
    return habit_of([count for each, count in busiest.items() if each != day])


def _is_odd_ews(lead: ServiceLead, days: set[str]) -> bool:
    if lead.is_script and lead.answered >= SCRIPT_REQUESTS and not _is_usual(days):
        return True
    if lead.habit is None or lead.habit.days < LEAST_DAYS or _is_usual(days):
        return False
    return lead.answered >= BULK_REQUESTS and is_far_above(lead.answered, lead.habit, multiple=_BULK_MULTIPLE)


def _is_odd_address_book(lead: ServiceLead, days: set[str]) -> bool:
    return not is_mail_program(lead.agent) and not (_is_usual(days) and not lead.is_public)


def _is_odd_powershell(lead: ServiceLead, days: set[str]) -> bool:
    of_powershell = lead.agent is not None and _POWERSHELL.search(lead.agent) is not None
    return lead.is_public or (lead.is_script and not of_powershell and not _is_usual(days))


def _is_usual(days: set[str]) -> bool:
    """Return True for an agent that comes on several days, over two weeks or more."""
    if len(days) < _HABIT_DAYS:
        return False
    return (date.fromisoformat(max(days)) - date.fromisoformat(min(days))).days >= _HABIT_SPAN_DAYS


_IS_ODD: Final = {
    Service.EWS: _is_odd_ews,
    Service.ADDRESS_BOOK: _is_odd_address_book,
    Service.POWERSHELL: _is_odd_powershell,
}

"""The MISP format: an event for each report, with an object for each file, for import as JSON.

The document is ``{"response": [{"Event": …}]}`` for any number of events, as MISP exports them. The distribution is
that of the organisation alone, and no TLP tag is set: both are for the user to decide.

Source: MISP core format (draft-dulaunoy-misp-core-format-18).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.content.subjects import ShownVerdict, shown_verdicts
from webshellhunt.reports.document_pieces import list_pieces
from webshellhunt.reports.events.file_names import path_of_file
from webshellhunt.reports.events.net_addresses import ip_addresses
from webshellhunt.reports.events.steps_of_subjects import step_line
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.foreign_addresses import is_foreign
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable, one_line, printable
from webshellhunt.reports.times import aware
from webshellhunt.reports.writers.misp.attributes import (
    MOST_CHARACTERS,
    attribute,
    file_object,
    period,
    reference,
    technique_tags,
)

ABOUT = "an event for MISP"
EXTENSIONS = ("misp.json",)

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_TITLE: Final = 300
_THREATS: Final = {Disposition.MALICIOUS: "1", Disposition.SUSPICIOUS: "2", Disposition.UNEXPLAINED: "3"}
_CVE = lazy_pattern(r"CVE-\d{4}-\d{4,9}", re.ASCII)

Record = dict[str, Any]


def lines(reports: Iterable[Report], options: Options) -> Iterator[str]:
    """Yield the events in pieces, each as soon as its hunt ends."""
    part = FleetPart(options)
    events = (json.dumps({"Event": _event(report, options)}, indent=1) for report in part.through(reports))
    yield from list_pieces(events, '{"response": [\n', "\n]}\n")
    part.fleet()


def _event(report: Report, options: Options) -> Record:
    where = decodable(report.host.name or report.location)
    event_id = stable_id("misp", "event", *report_key(report))
    verdicts = list(_own_verdicts(report, options, event_id))
    started = report.run.started_utc or _EPOCH
    timestamp = str(max(0, int((aware(started) - _EPOCH).total_seconds())))
    worst = max((shown.verdict.disposition for shown in verdicts), default=Disposition.BENIGN)
    techniques = sorted({each for shown in verdicts if _is_accused(shown) for each in shown.techniques})
    clients = _clients(report, verdicts, event_id)
    attributes = {each["uuid"]: each for each in (*clients.values(), *_others(report, event_id))}
    return {
        "uuid": event_id,
        "info": one_line(decodable(f"{where}: {report.assessment.sentence}"), _LONGEST_TITLE) or "webshellhunt",
        "date": aware(started).date().isoformat(),
        "timestamp": timestamp,
        "threat_level_id": _THREATS.get(worst, "4"),
        "analysis": "1",
        "published": False,
        "distribution": "0",
        "Tag": technique_tags(techniques),
        "Attribute": [{**each, "timestamp": timestamp} for each in attributes.values()],
        "Object": list(_objects(verdicts, clients, timestamp)),
    }


def _own_verdicts(report: Report, options: Options, event_id: str) -> Iterator[ShownVerdict]:
    """Yield the verdicts, each subject once, with identifiers of this event: MISP takes an object into one event."""
    once: dict[str, ShownVerdict] = {}
    for shown in shown_verdicts(report, options):
        once.setdefault(shown.id, shown)
    for shown in once.values():
        yield replace(shown, key=stable_id("misp", "object", event_id, shown.id))


def _objects(verdicts: Iterable[ShownVerdict], clients: Mapping[str, Record], timestamp: str) -> Iterator[Record]:
    """Yield an object for each subject that is, or was, a file."""
    for shown in verdicts:
        path = decodable(path_of_file(shown.verdict))
        if not path:
            continue
        use = shown.verdict.use
        callers = [] if use is None else [clients[each] for each in ip_addresses(use.clients)]
        words = "" if use is None else f"{use.answered:,} answered requests of {use.requests:,} for this page in all"
        references = [reference(shown.id, each["uuid"], words) for each in callers]
        yield file_object(shown, path, timestamp, references)


def _clients(report: Report, verdicts: Iterable[ShownVerdict], event_id: str) -> dict[str, Record]:
    """Return an attribute for each client of a listed page or an exploit; one of the victim's network is no sign."""
    comments: dict[str, str] = {}
    times: dict[str, list[datetime | None]] = {}
    for client in () if report.traffic is None else report.traffic.clients:
        for text in ip_addresses([client.address]):
            exploits = ", ".join(map(decodable, client.exploits))
            what = f"exploited {exploits}" if exploits else "used accused pages"
            comments[text] = f"{'a proxy: ' if client.is_proxy else ''}{what}; {client.requests:,} requests"
            times[text] = [client.first_utc, client.last_utc]
    proxies = {text for text, words in comments.items() if words.startswith("a proxy")}
    uses = [(shown, shown.verdict.use) for shown in verdicts if shown.verdict.use is not None]
    signs = {text for shown, use in uses if _is_accused(shown) for text in ip_addresses(use.clients)} | set(comments)
    for _, use in uses:
        for text in ip_addresses(use.clients):
            comments.setdefault(text, "requested a page of this event")
    made = {}
    for text, words in comments.items():
        to_ids = text in signs and text not in proxies and is_foreign(text)
        each = attribute("ip-src", text, event_id, to_ids=to_ids, comment=printable(words))
        made[text] = each | period(times.get(text, []))
    return made


def _others(report: Report, event_id: str) -> Iterator[Record]:
    """Yield the open vulnerabilities of waves, the next steps and the gaps."""
    waves: dict[str, list[str]] = {}
    for wave in () if report.patch_state is None else report.patch_state.waves_in(FixState.OPEN):
        for cve in filter(_CVE.fullmatch, wave.cves):
            waves.setdefault(cve, []).append(decodable(wave.wave.name))
    for cve, names in waves.items():
        yield attribute("vulnerability", cve, event_id, comment=printable(f"open: {', '.join(names)}"))
    for step in report.assessment.next_steps:
        yield _comment(step_line(step), event_id, "a next step")
    for gap in report.gaps:
        yield _comment(str(gap), event_id, "not examined, and it matters" if gap.matters else "not examined")


def _comment(text: str, event_id: str, words: str) -> Record:
    line = one_line(decodable(text), MOST_CHARACTERS)
    return attribute("comment", line or "-", event_id, words, comment=words)


def _is_accused(shown: ShownVerdict) -> bool:
    return shown.verdict.disposition >= Disposition.SUSPICIOUS

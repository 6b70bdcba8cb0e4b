"""The facts of a report as platforms take them, each made once: times, grades, names, addresses, techniques, steps.

The model of the subjects is ``content``; here is what only forms for machines need of it.
"""

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from webshellhunt.knowledge.attack_techniques import Tactic, load_techniques, tactics_of
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_results import Client
from webshellhunt.model.patches import FixState
from webshellhunt.model.report import AssessmentState, Report, Step
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Presence, Subject, SubjectKind, Verdict
from webshellhunt.reports.content.logs import client_words
from webshellhunt.reports.content.subjects import ShownVerdict, leading_finding, technique_ids
from webshellhunt.reports.fleet_part import FleetPart
from webshellhunt.reports.identity import report_key, stable_id
from webshellhunt.reports.options import Options
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import aware, utc
from webshellhunt.views.figures import count_in_words

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of an event whose time is unknown, where a platform needs one."""

MOST_ITEMS: Final = 20
"""The most items of a step in one line: a report of thousands of files has a step with all of them."""

FRAMEWORK: Final = "MITRE ATT&CK"
WEB_SHELL: Final = "T1505.003"

_SEVERITIES: Final = {
    AssessmentState.BACKDOORED_DESPITE_PATCH: Severity.CRITICAL,
    AssessmentState.BACKDOORED_AND_VULNERABLE: Severity.CRITICAL,
    AssessmentState.BACKDOORED: Severity.CRITICAL,
    AssessmentState.SUSPICIOUS_ONLY: Severity.MEDIUM,
    AssessmentState.EXPLOITATION_TRACES_ONLY: Severity.HIGH,
    AssessmentState.KEYS_OR_CREDENTIALS_EXPOSED: Severity.HIGH,
    AssessmentState.VULNERABLE_NOTHING_FOUND: Severity.HIGH,
    AssessmentState.NOTHING_FOUND: Severity.INFO,
    AssessmentState.INCOMPLETE: Severity.LOW,
}
_OWN_NETWORKS: Final = tuple(
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
        "224.0.0.0/3", "::/127", "fc00::/7", "fe80::/10", "ff00::/8",
    )
)  # fmt: skip
_REGISTRY_ROOTS: Final = {"HKLM": "HKEY_LOCAL_MACHINE", "HKU": "HKEY_USERS"}
_DRIVE: Final = re.compile(r"([A-Za-z]):[\\/]")
_HOST = lazy_pattern(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\]")
_CVE = lazy_pattern(r"CVE-\d{4}-\d{4,9}", re.ASCII)

Object = dict[str, Any]
Steps = Mapping[str, tuple[str, ...]]


# lines of a document


def object_lines(
    reports: Iterable[Report], options: Options, objects: Callable[[Report, Options], Iterator[Object]]
) -> Iterator[str]:
    """Yield a line of JSON for each object of each report; of the comparison of hosts only the sentence is printed."""
    part = FleetPart(options)
    for report in part.through(reports):
        yield from map(object_line, objects(report, options))
    part.fleet()


def object_line(value: Object) -> str:
    """Return the line of an object, in ASCII. Fields without a value are left out: a platform has no empty columns."""
    return json.dumps(compact(value), sort_keys=True) + "\n"


def compact(fields: Object) -> Object:
    """Return fields without ``None``, empty texts, empty lists and empty objects, at any depth."""
    kept = ((name, _compact(value)) for name, value in fields.items())
    return {name: value for name, value in kept if value is not None and value != ""}


def _compact(value: Any) -> Any:  # noqa: ANN401 - any value of JSON
    if isinstance(value, dict):
        return compact(value) or None
    if isinstance(value, list | tuple):
        return [each for each in map(_compact, value) if each is not None and each != ""] or None
    return value


def list_pieces(members: Iterable[str], opening: str, closing: str) -> Iterator[str]:
    """Yield a list of any length; ``opening`` is written before its members, and ``closing`` after them."""
    before = opening
    for member in members:
        yield before + member
        before = ",\n"
    yield closing if before != opening else opening + closing


# times


def hunt_time(report: Report, unknown: datetime = EPOCH) -> datetime:
    """Return the start of the hunt, which is the time of its detections; ``unknown`` if the report lacks it."""
    return aware(report.run.started_utc or unknown)


def milliseconds(when: datetime | None) -> int | None:
    """Return the milliseconds since 1970, negative before it; a time without a zone is UTC."""
    return None if when is None else (aware(when) - EPOCH) // timedelta(milliseconds=1)


def microseconds(when: datetime) -> int:
    """Return the microseconds since 1970, negative before it; a time without a zone is UTC."""
    return (aware(when) - EPOCH) // timedelta(microseconds=1)


def with_offset(when: datetime) -> str:
    """Return a time as ISO 8601 in UTC with the offset ``+00:00``."""
    return f"{(utc(when) or '').removesuffix('Z')}+00:00"


def period_of(verdict: Verdict) -> tuple[datetime | None, datetime | None]:
    """Return the times of planting and of the last use in their order; a page may be overwritten after its use."""
    first = verdict.planting.when_utc if verdict.planting is not None else None
    last = verdict.use.span[1] if verdict.use is not None else None
    if first is not None and last is not None and aware(last) < aware(first):
        return last, first
    return first, last


def seen_times(verdict: Verdict, hunted: datetime | None = None) -> tuple[datetime, datetime] | None:
    """Return the first and the last time of a subject: of planting and use, and of the hunt if it was present then."""
    planting, use = verdict.planting, verdict.use
    times = [None if planting is None else planting.when_utc]
    times += [] if use is None else use.span
    times += [hunted] if verdict.subject.presence is Presence.PRESENT else []
    return span_of(times)


def span_of(times: Iterable[datetime | None]) -> tuple[datetime, datetime] | None:
    """Return the first and the last of some times; ``None`` if none is known."""
    known = [aware(each) for each in times if each is not None]
    return (min(known), max(known)) if known else None


# names and addresses


class FileName(NamedTuple):
    """A path and its parts; ``extension`` is in lower case without a dot, ``drive`` is a letter in upper case."""

    path: str
    name: str
    directory: str
    extension: str
    drive: str


def file_name(path: str) -> FileName:
    """Return the parts of a path; the name of a path that ends with a separator is the path itself."""
    at = max(path.rfind("\\"), path.rfind("/"))
    name, directory, drive = path[at + 1 :] or path, path[: max(at, 0)], _DRIVE.match(path)
    stem, dot, extension = name.rpartition(".")
    return FileName(
        path,
        name,
        f"{directory}\\" if len(directory) == 2 and drive is not None else directory,
        extension.lower() if dot and stem else "",
        drive[1].upper() if drive is not None else "",
    )


class RegistryKey(NamedTuple):
    r"""A key of the registry that a verdict is about.

    ``path`` starts with ``HKLM`` or ``HKU``, and ``full`` with the whole name of the root. ``value`` is the name of a
    value, empty for the key as a whole; ``data`` is the program or library in it, as written.
    """

    path: str
    value: str
    data: str

    @property
    def root(self) -> str:
        """The abbreviation of the root."""
        return self.path.partition("\\")[0]

    @property
    def key(self) -> str:
        """The path below the root."""
        return self.path.partition("\\")[2]

    @property
    def full(self) -> str:
        """The path with the whole name of its root."""
        return f"{_REGISTRY_ROOTS[self.root]}\\{self.key}"


def registry_key(verdict: Verdict) -> RegistryKey | None:
    """Return the key that a verdict is about; ``None`` for a file, a trace, or an element of a configuration."""
    subject = verdict.subject
    if subject.kind is not SubjectKind.REGISTRATION or subject.path.partition("\\")[0] not in _REGISTRY_ROOTS:
        return None
    path = subject.path
    places = (evidence.path for finding in verdict.findings for evidence in finding.evidence)
    key = next((place for place in places if path == place or path.startswith(f"{place} (")), path)
    commands = (finding.facts.get("command") for finding in verdict.findings)
    data = next((each for each in commands if isinstance(each, str)), "")
    return RegistryKey(decodable(key), decodable(path[len(key) + 2 : -1]), decodable(data))


def path_of_file(verdict: Verdict) -> str:
    """Return the path of the file that a verdict is about: of a configuration element, its configuration file.

    Empty for a trace that no file has, such as requests in the logs, and for a key of the registry.
    """
    subject = verdict.subject
    path = decodable(subject.path)
    if registry_key(verdict) is not None:
        return ""
    if subject.kind is SubjectKind.REGISTRATION:
        places = (evidence.path for finding in verdict.findings for evidence in finding.evidence)
        return decodable(next(places, path))
    is_path = _DRIVE.match(path) is not None or "/" in path or "\\" in path
    return path if subject.kind is SubjectKind.FILE or is_path else ""


class PageAddress(NamedTuple):
    """The parts of a page's address; ``host`` is empty if any host name serves it, or if it is unknown."""

    text: str
    scheme: str = ""
    host: str = ""
    port: int | None = None
    path: str = ""


def page_address(text: str) -> PageAddress:
    """Return the parts of an address; only the text if it can't be split."""
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return PageAddress(text)
    host = parts.netloc.rpartition("@")[2]
    host = f"{host.partition(']')[0]}]" if host.startswith("[") else host.partition(":")[0]
    known = _HOST.fullmatch(host) is not None
    scheme = parts.scheme if parts.scheme in ("http", "https") else ""
    path = parts.path if scheme or text.startswith("/") else ""
    return PageAddress(text, scheme, host.strip("[]") if scheme and known else "", port if scheme else None, path)


def page_addresses(subject: Subject) -> list[PageAddress]:
    """Return the parts of the addresses of a page, the likeliest first."""
    return [page_address(decodable(each.address)) for each in subject.urls]


def ip_addresses(texts: Iterable[str]) -> list[str]:
    """Return the texts that are IP addresses, in their short form, each once.

    A zone (``%eth0``) is cut off, and an address of IPv4 inside one of IPv6 (``::ffff:192.0.2.1``) is taken out of it.
    """
    found: dict[str, None] = {}
    for text in texts:
        try:
            address = ipaddress.ip_address(text.partition("%")[0])
        except ValueError:
            continue
        inner = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
        found[str(inner or address)] = None
    return list(found)


def is_foreign(address: str) -> bool:
    """Return True for an address of the internet; those of private networks are the victim's own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.scope_id is not None:
            return False
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
    return not any(parsed in network for network in _OWN_NETWORKS if network.version == parsed.version)


# identifiers


def assessment_id(report: Report) -> str:
    """Return the identifier of the assessment of a host by the evidence of a location."""
    return stable_id("assessment", *report_key(report))


def gap_id(gap: Gap, report: Report) -> str:
    """Return the identifier of a gap: of its kind, path and reason in a location of a host."""
    return stable_id("gap", *report_key(report), gap.code, gap.stage, gap.path, gap.reason)


def client_id(client: Client, report: Report) -> str:
    """Return the identifier of a client of a host in the logs of a location."""
    return stable_id("client", *report_key(report), client.address)


# grades and words


def severity_of(verdict: Verdict) -> Severity:
    """Return the severity of a verdict: its disposition decides, and its leading finding within the bounds of it.

    Malicious is high or critical, suspicious is medium or high, unexplained is low, and all else is information. A
    severe rule with a weak claim doesn't wake anyone.
    """
    disposition, leading = verdict.disposition, leading_finding(verdict)
    severity = leading.severity if leading is not None else Severity.INFO
    if disposition is Disposition.MALICIOUS:
        return max(severity, Severity.HIGH)
    if disposition is Disposition.SUSPICIOUS:
        return min(max(severity, Severity.MEDIUM), Severity.HIGH)
    return Severity.LOW if disposition is Disposition.UNEXPLAINED else Severity.INFO


def severity_of_state(state: AssessmentState) -> Severity:
    """Return the severity of the state of a host."""
    return _SEVERITIES[state]


def is_alert(verdict: Verdict) -> bool:
    """Return True if somebody should look at a verdict: it is suspicious or malicious."""
    return verdict.disposition >= Disposition.SUSPICIOUS


def is_suppressed(verdict: Verdict) -> bool:
    """Return True if the user overrides an accusation: by an accepted finding, or by a baseline."""
    return verdict.otherwise is not None and verdict.otherwise > verdict.disposition


def message_of(shown: ShownVerdict) -> str:
    """Return the one line that an alert shows in a list: the disposition, the path, and the subject in few words."""
    return f"{shown.verdict.disposition.label}: {shown.path}: {shown.what}"


def client_line(client: Client) -> str:
    """Return the acts of a client, in one line without a heading."""
    pages = f"used {count_in_words(len(client.pages), 'accused page')}; " if client.pages else ""
    return f"{pages}{client_words(client)}"


def leading_excerpt(shown: ShownVerdict) -> str:
    """Return the excerpt that explains a subject best; empty if there is none."""
    leading = shown.leading
    return next(iter(leading.excerpts), "") if leading is not None else ""


def words_of(shown: ShownVerdict, text: Callable[[str], str] = str) -> Iterator[str]:
    """Yield the reasons of a verdict, and each finding with its excerpts; ``text`` escapes all but the excerpts."""
    yield from map(text, shown.reasons)
    for each in shown.findings:
        weight = f"{each.finding.severity.label}, {each.finding.confidence.label}"
        accepted = ", accepted by the user" if each.finding.accepted else ""
        yield text(f"{each.rule_id} ({weight}{accepted}): {each.message}")
        for evidence, excerpt in each.places:
            yield f"  {text(decodable(evidence.path))}, line {evidence.line}: {excerpt.rstrip()}"


def host_facts(report: Report) -> Object:
    """Return the facts of the host and the hunt for which platforms have no field."""
    patch, traffic = report.patch_state, report.traffic
    return {
        "location": decodable(report.location),
        "state": report.assessment.state.value,
        "counts": {name: report.counts[name] for name in sorted(report.counts)},
        "coverage": {name: held.value for name, held in report.coverage._asdict().items()},
        "gaps": len(report.gaps),
        "gaps_that_matter": sum(gap.matters for gap in report.gaps),
        "interrupted": report.interrupted,
        "build": decodable(patch.build) if patch is not None else None,
        "logs": decodable(traffic.sentence) if traffic is not None else None,
    }


def open_waves(report: Report) -> dict[str, list[str]]:
    """Return the open vulnerabilities of waves, each with the names of its waves."""
    found: dict[str, list[str]] = {}
    for wave in () if report.patch_state is None else report.patch_state.waves_in(FixState.OPEN):
        for cve in filter(_CVE.fullmatch, wave.cves):
            found.setdefault(cve, []).append(decodable(wave.wave.name))
    return found


# steps


def steps_by_path(report: Report) -> Steps:
    """Return the sentences of the next steps by the paths in their items, in the order of the steps."""
    found: dict[str, dict[str, None]] = {}
    for step in report.assessment.next_steps:
        for item in step.items:
            # An item may have a place after the path: a line, or the log of a trace.
            for path in {item.casefold(), *(item.partition(mark)[0].casefold() for mark in (", line ", ": "))}:
                found.setdefault(path, {})[decodable(step.text)] = None
    return {path: tuple(texts) for path, texts in found.items()}


def steps_of(verdict: Verdict, steps: Steps) -> tuple[str, ...]:
    """Return the sentences of the steps that name a subject."""
    return steps.get(verdict.subject.path.casefold(), ())


def step_line(step: Step) -> str:
    """Return a step on one line, with its first items."""
    if len(step.items) <= MOST_ITEMS:
        return decodable(str(step))
    return decodable(f"{step._replace(items=step.items[:MOST_ITEMS])}; and {len(step.items) - MOST_ITEMS:,} more")


def step_lines(report: Report) -> list[str]:
    """Return the next steps, each on one line."""
    return list(map(step_line, report.assessment.next_steps))


# techniques


class Technique(NamedTuple):
    """A technique; ``id`` and ``name`` are those of the parent, if ``sub_id`` is set. A name may be unknown: empty.

    ``tactics`` are those of the sub-technique, in the order of the matrix.
    """

    id: str
    name: str
    sub_id: str = ""
    sub_name: str = ""
    tactics: tuple[Tactic, ...] = ()

    @property
    def page(self) -> str:
        """The address of the technique's page."""
        return f"https://attack.mitre.org/techniques/{self.id}/"

    @property
    def sub_page(self) -> str:
        """The address of the sub-technique's page; empty if it is none."""
        return f"{self.page}{self.sub_id.partition('.')[2]}/" if self.sub_id else ""


def tactic_page(tactic: Tactic) -> str:
    """Return the address of a tactic's page."""
    return f"https://attack.mitre.org/tactics/{tactic.id}/"


def techniques_of(verdict: Verdict) -> tuple[Technique, ...]:
    """Return the techniques of the findings that count, each once; a text that is no id of a technique is left out."""
    ids = (each for finding in verdict.counted for each in technique_ids(finding.rule))
    return tuple(map(_technique, dict.fromkeys(ids)))


def _technique(technique: str) -> Technique:
    names = load_techniques()
    parent, dot, _ = technique.partition(".")
    whole, tactics = names.get(technique, ""), tactics_of(technique)
    if not dot:
        return Technique(technique, whole, tactics=tactics)
    parent_name, colon, name = whole.partition(": ")
    parent_name = parent_name if colon else names.get(parent, "")
    return Technique(parent, parent_name, technique, name if colon else whole, tactics)

"""The records of a saved report, converted back into the model.

Each function renames the fields of a record to those of the class; ``from_plain`` checks and converts the values.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any, Final

from webshellhunt.defang import refang
from webshellhunt.errors import FixtureError, UsageError
from webshellhunt.model.fleet import Fleet
from webshellhunt.model.patches import FixState
from webshellhunt.model.plain_data import from_plain
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Verdict

Record = Mapping[str, Any]

_VERDICT = ("reasons", "disposition", "otherwise", "planting", "secrets_hidden", "assumed")
_SUBJECT = (
    "path", "source_path", "entry_path", "presence", "role", "sha256", "size_bytes", "times", "executable",
)  # fmt: skip
_RULE = ("id", "slug", "title", "techniques", "references", "origin")
_FINDING = ("message", "severity", "confidence", "dormant", "facts")
_USE = tuple(name for name in Use._fields if name not in ("methods", "statuses", "line"))
_SUMMARY = (
    "location", "form", "is_collection", "interrupted", "context", "times", "roots", "coverage", "timeline", "counts",
    "secrets_hidden",
)  # fmt: skip
_WINDOW: Final = timedelta(days=90)
_STATE: Final = (
    "path", "build", "basis", "exact", "known", "product", "update", "released", "standing", "newer_than_data",
    "support_ends", "paid_support_ends", "support", "disagreement", "installed", "installed_by",
)  # fmt: skip
_WAVE_STATE: Final = ("state", "cves", "closed_on", "closed_by", "closed_exactly", "open_on")
_CVE: Final = ("cve", "fixed_by", "fixed_build", "note")
_WITNESS: Final = ("kind", "where", "build", "update", "when_utc")


def report_of(verdicts: list[Any], gaps: list[Any], summary: Record, where: str) -> Report:
    """Return the report of one location.

    Raises:
        UsageError: A field is missing or has a wrong type; the text names it.
    """
    with _damage(where):
        plain = {
            **_chosen(summary, _SUMMARY),
            "host": _host(_object(summary, "host")),
            "assessment": _assessment(_object(summary, "assessment")),
            "traffic": _traffic(summary.get("traffic")),
            "run": _run(summary),
            "patch_state": patch_state_of(summary.get("patch_state")),
            "acceptances": [_acceptance_use(each) for each in _list(summary, "acceptances")],
            "gaps": gaps,
            "verdicts": [],
        }
        report = from_plain(Report, plain, where)
        read = tuple(_verdict(each, f"{where}: verdict {at}") for at, each in enumerate(verdicts, 1))
    return Report(**{name: getattr(report, name) for name in Report.__slots__} | {"verdicts": read})


@contextmanager
def _damage(where: str) -> Iterator[None]:
    """Turn the errors of a conversion into one that says that the report is damaged."""
    try:
        yield
    except (UsageError, FixtureError) as error:
        raise UsageError(f"{error.message.partition(';')[0]}: this report is damaged") from error
    except RecursionError as error:
        raise UsageError(f"{where}: its values are nested too deeply") from error


def _verdict(record: object, where: str) -> Verdict:
    """Return a verdict from its record."""
    if not isinstance(record, dict):
        raise UsageError(f"{where} is no object")
    subject = {
        **_chosen(record, _SUBJECT),
        "kind": record.get("subject_kind"),
        "urls": [{**_plain_object(url), "address": _plain_object(url).get("url")} for url in _list(record, "urls")],
    }
    plain = {
        **_chosen(record, _VERDICT),
        "subject": subject,
        "findings": [_finding(each) for each in _list(record, "findings")],
        "use": _use(record["use"]) if record.get("use") is not None else None,
    }
    return from_plain(Verdict, plain, where)


def _finding(record: object) -> Record:
    finding = _plain_object(record)
    rule = {**_chosen(finding, _RULE), "id": finding.get("rule")}
    return {
        **_chosen(finding, _FINDING),
        "rule": {**rule, "severity": finding.get("severity"), "confidence": finding.get("confidence")},
        "evidence": [_evidence(each) for each in _list(finding, "evidence")],
        "acceptance": _acceptance(finding.get("acceptance")),
    }


def _evidence(record: object) -> Record:
    evidence = _plain_object(record)
    return {
        **_chosen(evidence, ("path", "layer", "line", "column")),
        "span": {"start": evidence.get("byte_start"), "end": evidence.get("byte_end")},
        "excerpt": _excerpt(evidence),
    }


def _excerpt(evidence: Record) -> object:
    excerpt = evidence.get("excerpt")
    if evidence.get("excerpt_form") != "defanged" or not isinstance(excerpt, str):
        return excerpt
    content = refang(excerpt)
    try:
        return content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return content.decode("utf-8", "replace")


def _acceptance(record: object) -> object:
    if record is None:
        return None
    entry = _plain_object(record)
    return {**entry, "number": entry.get("entry")}


def _acceptance_use(record: object) -> Record:
    return {**_chosen(_plain_object(record), ("findings", "paths")), "acceptance": _acceptance(record)}


def _use(record: object) -> Record:
    use = _plain_object(record)
    return {
        **_chosen(use, _USE),
        "methods": _counts(use.get("methods")),
        "statuses": _counts(use.get("statuses")),
        "line": use.get("line") or 0,
    }


def _counts(counts: object) -> object:
    if counts is None:
        return []
    return [{"value": value, "requests": requests} for value, requests in _plain_object(counts).items()]


def _traffic(record: object) -> object:
    if record is None:
        return None
    traffic = _plain_object(record)
    coverage = [{**_plain_object(each), "kind": _plain_object(each).get("log")} for each in _list(traffic, "coverage")]
    return {**traffic, "coverage": coverage}


def _host(record: Record) -> Record:
    return _chosen(record, ("volumes", "exchange", "iis", "name"))


def _assessment(record: Record) -> Record:
    return {**_chosen(record, ("state", "sentence")), "next_steps": record.get("steps") or []}


def _run(summary: Record) -> Record:
    options = _object(summary, "options")
    logs = _object(options, "logs")
    period = {"since": logs.get("since_utc"), "until": logs.get("until_utc")}
    read = {**_chosen(logs, ("read", "alone", "paths")), "pattern_paths": _list(logs, "patterns"), "period": period}
    version = _object(summary, "tool").get("version", "")
    run = _chosen(summary, ("started_utc", "data_as_of"))
    return {**run, "version": version, "options": {**options, "logs": read}}


def fleet_of(record: object, where: str) -> Fleet:
    """Return the comparison of a record.

    Raises:
        UsageError: A field is missing or has a wrong type; the text names it.
    """
    if not isinstance(record, dict):
        raise UsageError(f"{where} is no object: this report is damaged")
    shared = record.get("shared")
    plain: dict[str, Any] = {**record, "shared": [_shared(each) for each in shared] if isinstance(shared, list) else 0}
    with _damage(where):
        return from_plain(Fleet, plain, where)


def _shared(record: object) -> object:
    return {**record, "worst": record.get("disposition")} if isinstance(record, dict) else record


def patch_state_of(record: object) -> dict[str, Any] | None:
    """Return the plain form of a patch state, or ``None`` if the report has none.

    The record lacks the fixes of closed vulnerabilities and parts of a wave: the end of its window follows from its
    dates, and each wave that is compared with a build is against Exchange.

    Raises:
        UsageError: A part has a wrong type; others are checked when the plain form is read.
    """
    if record is None:
        return None
    state = _part(record)
    return {
        **_chosen(state, _STATE),
        "waves": [_wave_state(_part(each)) for each in _list(state, "waves", " of the patch state")],
        "cves": list(_cves(state)),
        "witnesses": [_chosen(_part(each), _WITNESS) for each in _list(state, "witnesses", " of the patch state")],
    }


def _cves(state: Record) -> Iterator[dict[str, Any]]:
    for name, fix in (("open", FixState.OPEN), ("unsettled", FixState.UNSETTLED)):
        for each in _list(state, name, " of the patch state"):
            yield {**_chosen(_part(each), _CVE), "state": fix.value}
    for cve in _list(state, "closed", " of the patch state"):
        yield {"cve": cve, "state": FixState.CLOSED.value}


def _wave_state(record: Record) -> dict[str, Any]:
    dates = [_day(record, "disclosed"), _day(record, "fix_public")]
    wave = {
        **_chosen(record, ("slug", "name", "cves", "first_use", "disclosed")),
        "fixed": record.get("fix_public"),
        "until": (min(max(dates), date.max - _WINDOW) + _WINDOW).isoformat(),
        "leaves_pages": True,
        "product": "exchange",
    }
    return {**_chosen(record, _WAVE_STATE), "wave": wave}


def _day(record: Record, name: str) -> date:
    value = record.get(name)
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise UsageError(f"'{name}' of a wave is no day") from error


def _part(value: object) -> Record:
    return _plain_object(value, "a record of the patch state")


def _chosen(record: Record, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def _object(record: Record, name: str) -> Record:
    return _plain_object(record.get(name), name)


def _plain_object(value: object, name: str = "a record") -> Record:
    if not isinstance(value, dict):
        raise UsageError(f"{name} is no object")
    return value


def _list(record: Record, name: str, of: str = "") -> list[Any]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise UsageError(f"'{name}'{of} is no list")
    return value

"""Next steps: what to do about what was found, in this order, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from webshellhunt.knowledge.exchange_names import is_expected_page
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.report import Coverage, Host, InputState, Step
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.model.verdict import Presence, Verdict
from webshellhunt.verdict.removal_steps import is_configuration, is_undone, steps_undoing

MOST_ITEMS = 10
"""Things that one step names."""

PUBLIC_KEYS = frozenset({"published_key"})
"""Facts of findings about keys that are public."""

LOST_SECRETS = frozenset(
    {"machine_key", "validation_key", "decryption_key", "harvested_password", "harvested_passwords"}
)
"""Facts of findings about keys and credentials of the victim that are in other hands."""

_OUT_OF_SUPPORT = ("Exchange 2010", "Exchange 2013")
_BY_HAND = frozenset({"broken-config", "too-large"})
"""Gaps of what is there and can be read by a person."""


class SortedVerdicts(NamedTuple):
    """Verdicts by what has to be done; those that expose keys or credentials may be any of the others as well."""

    doors: Sequence[Verdict] = ()
    suspects: Sequence[Verdict] = ()
    traces: Sequence[Verdict] = ()
    exposed: Sequence[Verdict] = ()


def steps_found(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Iterator[Step]:
    """Yield what to do about back doors; steps for a server are left out where no server is around."""
    yield _preserve()
    if host.is_server:
        yield Step("Isolate the server from the internet: whoever planted these can still reach them.")
        yield from _collect_logs(host, coverage)
    yield from steps_open(state)
    yield from _removal(found.doors)
    yield from steps_undoing(found.doors, found.suspects)
    yield from steps_exposed(found.exposed)
    if host.is_server:
        yield from _lost(host, found.doors)
    yield from _reading(found.suspects)
    yield from _origins(found.traces)
    yield Step("Then hunt again: what comes back, or was missed, shows only then.")


def steps_suspect(found: SortedVerdicts, host: Host, coverage: Coverage) -> Iterator[Step]:
    """Yield what to do about what is not proven."""
    undone = list(steps_undoing((), found.suspects))
    if undone or found.traces:
        yield _preserve()
    if host.is_server:
        yield from _collect_logs(host, coverage)
    yield from _reading(found.suspects)
    yield from _origins(found.traces)
    yield from undone
    yield from steps_exposed(found.exposed)


def steps_traces(found: SortedVerdicts, host: Host, coverage: Coverage) -> Iterator[Step]:
    """Yield what to do about traces of what is gone."""
    yield Step("Preserve the listed traces with their times, or image the server: they are all that is left.")
    if host.is_server:
        yield from _collect_logs(host, coverage)
    yield from _origins(found.traces)
    if host.is_server:
        yield Step(
            "Rotate machine keys and credentials as for a back door that is still there: it ran, and may have taken "
            "them."
        )
    yield from steps_exposed(found.exposed)


def steps_exposed(exposed: Sequence[Verdict]) -> Iterator[Step]:
    """Yield what to do about keys or credentials that others know."""
    keys = [_key_place(each, finding) for each in exposed for finding in exposing(each, PUBLIC_KEYS)]
    lost = [each.subject.path for each in exposed if exposing(each, LOST_SECRETS)]
    if keys:
        yield Step(
            "Replace the machine keys that are public by new random ones, the same on each server of a farm: whoever "
            "knows them runs code on the server without any file.",
            _items(keys),
        )
    if lost:
        yield Step(
            "Change the keys and passwords that these files name, and look for their use: whoever holds them needs no "
            "back door.",
            _items(lost),
        )


def steps_unread(gaps: Sequence[Gap]) -> Iterator[Step]:
    """Yield what to do where files or folders that matter are there and may not be read."""
    denied = [gap.path for gap in gaps if gap.matters and _is_denied(gap)]
    if denied:
        yield Step(
            "Hunt again as administrator (on Linux as root): these were not examined, since permission to read them "
            "was denied.",
            _items(denied, "listed under 'Not examined'"),
        )


def steps_missing(gaps: Sequence[Gap] = (), *, unopened: bool = False) -> Iterator[Step]:
    """Yield what to do where too little was there to examine; ``unopened`` says that web directories may be packed."""
    denied = list(steps_unread(gaps))
    yield from denied
    if denied and all(_is_denied(gap) or gap.code == "nothing-to-examine" for gap in gaps if gap.matters):
        return
    if any(gap.code in _BY_HAND for gap in gaps if gap.matters):
        yield Step("Read by hand what is marked as 'matters' under 'Not examined': this report says nothing of it.")
    if unopened:
        yield Step(
            "Unpack what is named as not opened, or mount it read-only, and hunt it: web directories may be in it."
        )
    yield Step("Hunt again on the server itself or on a full image: what a collection did not hold was not examined.")


def steps_open(state: PatchState | None) -> Iterator[Step]:
    """Yield what closes the holes that waves used."""
    if state is None or not state.vulnerable:
        return
    if state.product in _OUT_OF_SUPPORT:
        yield Step(
            f"Replace {state.product} by a supported version: it gets no more updates, and a wave's hole is open."
        )
        return
    fixes = {each.cve: each for each in state.cves_in(FixState.OPEN)}
    needed = [fixes[cve] for wave in state.waves_in(FixState.OPEN) for cve in wave.cves if cve in fixes]
    builds = [each.fixed_build for each in needed if each.fixed_build is not None]
    last = max(builds, key=lambda build: tuple(int(part) for part in build.split(".")), default="the newest build")
    yield Step(
        f"Update to {last} or later: it closes the holes by which intruders come, and removes nothing that they left."
    )


def exposing(verdict: Verdict, names: frozenset[str] = PUBLIC_KEYS | LOST_SECRETS) -> list[Finding]:
    """Return the findings, more than information, that name keys or credentials by these facts."""
    return [f for f in verdict.counted if f.severity > Severity.INFO and not names.isdisjoint(f.facts)]


def _preserve() -> Step:
    return Step(
        "Preserve before you remove or change anything: copy each listed file with its times, or image the server: "
        "they are the evidence of when and how."
    )


def _collect_logs(host: Host, coverage: Coverage) -> Iterator[Step]:
    if coverage.logs is not InputState.HELD:
        which = "IIS and of HttpProxy" if host.exchange else "IIS"
        yield Step(f"Collect the logs of {which} before they roll over: they tell who called the pages.")


def _lost(host: Host, doors: Sequence[Verdict]) -> Iterator[Step]:
    """Yield what a server has to change whose secrets a back door could read."""
    yield Step(
        "Rotate the machine keys of all sites: whoever read them runs code through a page's view state, without any "
        "file and after any patch."
    )
    yield Step(
        "Change the passwords and keys of service and administrator accounts: a shell runs as the server, and reads "
        "what signs in there."
    )
    if not host.exchange:
        yield Step("Replace the certificates whose private keys the server holds: a shell can read them.")
        return
    yield Step(
        "Replace the certificates whose private keys the server holds, Exchange's authentication certificate first: "
        "whoever took it signs tokens for any mailbox."
    )
    yield Step(
        f"Look at mail access{_since(doors)}: role assignments, mailbox permissions, export requests, forwarding and "
        "inbox rules stay when the files go."
    )


def _origins(traces: Sequence[Verdict]) -> Iterator[Step]:
    if traces:
        yield Step(
            "Look in backups, shadow copies and the file table for the pages that left the traces: they show what was "
            "done.",
            _items([verdict.subject.path for verdict in traces]),
        )


def _removal(doors: Sequence[Verdict]) -> Iterator[Step]:
    present = [v for v in doors if v.subject.presence is Presence.PRESENT and not is_undone(v)]
    files = [v for v in present if not is_configuration(v)]
    settings = [_first_place(v) for v in present if is_configuration(v)]
    shipped = [v.subject.path for v in files if _is_shipped(v)]
    planted = [v.subject.path for v in files if not _is_shipped(v)]
    if planted:
        one = len(planted) == 1
        yield Step(
            f"Remove {'this file: it' if one else 'these files: each'} runs for whoever calls it.", _items(planted)
        )
    if shipped:
        yield Step(
            "Replace by the file of the same name and build of Exchange, and don't delete: the server needs it, and an "
            "intruder's code was added.",
            _items(shipped),
        )
    if settings:
        yield Step(
            "Take the code out of these configuration files, or replace each by a clean copy; don't only delete them: "
            "the site needs the other settings.",
            _items(settings),
        )


def _first_place(verdict: Verdict) -> str:
    """Return the path of a file, with the line of its gravest finding."""
    evidence = next((each for finding in verdict.counted for each in finding.evidence), None)
    return verdict.subject.path if evidence is None else f"{verdict.subject.path}, line {evidence.line}"


def _is_shipped(verdict: Verdict) -> bool:
    """Return True if Exchange itself ships a file of this name in this place."""
    if any(finding.rule.remedy is Remedy.STOCK_FILE for finding in verdict.counted):
        return True
    return any(is_expected_page(unquote(urlsplit(url.address).path)) for url in verdict.subject.urls)


def _reading(suspects: Sequence[Verdict]) -> Iterator[Step]:
    """Yield who should look at the suspicious files that no other step names."""
    paths = [verdict.subject.path for verdict in suspects if not is_undone(verdict)]
    if paths:
        yield Step(
            "Have somebody who knows the server read each suspicious file: its row says what to look at, and why.",
            _items(paths),
        )


def _key_place(verdict: Verdict, finding: Finding) -> str:
    names = finding.facts.get("published_key")
    keys = f": {' and '.join(names)}" if isinstance(names, tuple) else ""
    if not finding.evidence:
        return f"{verdict.subject.path}{keys}"
    return f"{finding.evidence[0].path}, line {finding.evidence[0].line}{keys}"


def _is_denied(gap: Gap) -> bool:
    """Return True if the user has no right to read something: an administrator has."""
    return gap.code == "unreadable" and "permission denied" in gap.reason


def _items(names: Sequence[str], where: str = "listed above") -> tuple[str, ...]:
    """Return the first names, each once, and how many more there are."""
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - MOST_ITEMS
    return (*distinct[:MOST_ITEMS], f"and {more:,} more, {where}") if more > 0 else tuple(distinct)


def _since(doors: Sequence[Verdict]) -> str:
    days: list[date] = [v.planting.when_utc.date() for v in doors if v.planting and v.planting.when_utc]
    return f" since {min(days)}" if days else ""

"""Next steps: the actions that the findings require, in the order in which to take them, each with its reason."""

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
from webshellhunt.model.verdict import Disposition, Presence, Verdict
from webshellhunt.verdict.intruders import Intruders
from webshellhunt.verdict.log_steps import steps_intruders
from webshellhunt.verdict.removal_steps import has_removal_step, is_configuration, iter_removal_steps

MOST_ITEMS = 10
"""The most items that one step lists."""

PUBLIC_KEYS = frozenset({"published_key"})
"""Facts of findings about keys that are public."""

LOST_SECRETS = frozenset(
    {"machine_key", "validation_key", "decryption_key", "harvested_password", "harvested_passwords"}
)
"""Facts of findings about keys and credentials of the victim that an attacker may have."""

_OUT_OF_SUPPORT = ("Exchange 2010", "Exchange 2013")
_PATHS = ("virtual_path", "planted_path", "detected_path")
_BY_HAND = frozenset({"broken-config", "too-large"})
"""Codes of gaps about files that are present and that a person can read."""


class SortedVerdicts(NamedTuple):
    """Verdicts by the kind of action; one that exposes keys or credentials may be in another field as well."""

    doors: Sequence[Verdict] = ()
    suspects: Sequence[Verdict] = ()
    traces: Sequence[Verdict] = ()
    exposed: Sequence[Verdict] = ()
    leads: Sequence[Verdict] = ()
    intruders: Intruders = Intruders()

    @property
    def pages(self) -> list[Verdict]:
        """The traces of pages that are not there any more."""
        return [each for each in self.traces if _is_of_page(each)]

    @property
    def logged(self) -> list[Verdict]:
        """The traces that are not of a page: requests, events, holes in logs."""
        return [each for each in self.traces if not _is_of_page(each)]


def steps_found(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Iterator[Step]:
    """Yield the steps against back doors; those for a whole server only if the source has one."""
    yield _preserve()
    if host.is_server:
        yield Step("Isolate the server from the internet: the attacker can still reach the back doors.")
        yield from _collect_logs(host, coverage)
    yield from steps_intruders(found.intruders)
    yield from steps_open(state)
    yield from _removal(found.doors)
    yield from iter_removal_steps(found.doors, found.suspects)
    yield from steps_exposed(found.exposed)
    if host.is_server:
        yield from _lost(host, found.doors)
    yield from _reading(found.suspects)
    yield from _origins(found)
    yield Step("Then hunt again: only a second hunt shows back doors that return or were missed.")


def steps_suspect(found: SortedVerdicts, host: Host, coverage: Coverage) -> Iterator[Step]:
    """Yield the steps for suspicious files and settings."""
    undone = list(iter_removal_steps((), found.suspects))
    if undone or found.traces:
        yield _preserve()
    if host.is_server:
        yield from _collect_logs(host, coverage)
    yield from steps_intruders(found.intruders)
    yield from _reading(found.suspects)
    yield from _origins(found)
    yield from undone
    yield from steps_exposed(found.exposed)


def steps_traces(found: SortedVerdicts, host: Host, coverage: Coverage) -> Iterator[Step]:
    """Yield the steps for traces, of deleted pages or in logs."""
    yield Step("Preserve the listed traces with their timestamps, or image the server: no other evidence is left.")
    if host.is_server:
        yield from _collect_logs(host, coverage)
    yield from steps_intruders(found.intruders)
    yield from _origins(found)
    ran = found.pages or any(each.disposition is Disposition.MALICIOUS for each in found.logged)
    if host.is_server and ran:
        yield Step(
            "Rotate machine keys and credentials as for a back door that is still present: it ran, and may have read "
            "them."
        )
    yield from steps_exposed(found.exposed)


def steps_exposed(exposed: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the steps for exposed keys and credentials."""
    keys = [_key_place(each, finding) for each in exposed for finding in exposing(each, PUBLIC_KEYS)]
    lost = [each.subject.path for each in exposed if exposing(each, LOST_SECRETS)]
    if keys:
        yield Step(
            "Replace the public machine keys with new random keys, the same on each server of a farm: with these keys "
            "an attacker runs code on the server without any file.",
            _items(keys),
        )
    if lost:
        yield Step(
            "Change the keys and passwords that these files contain, and check the logs for their use: with them an "
            "attacker needs no back door.",
            _items(lost),
        )


def steps_unread(gaps: Sequence[Gap]) -> Iterator[Step]:
    """Yield the step for important files and folders that the user has no permission to read."""
    denied = [gap.path for gap in gaps if gap.matters and _is_denied(gap)]
    if denied:
        yield Step(
            "Hunt again as administrator (on Linux as root): these were not examined, because the permission to read "
            "them was denied.",
            _items(denied, "listed under 'Not examined'"),
        )


def steps_missing(gaps: Sequence[Gap] = (), *, unopened: bool = False) -> Iterator[Step]:
    """Yield the steps of an incomplete hunt; ``unopened`` is true if unopened containers may have web directories."""
    denied = list(steps_unread(gaps))
    yield from denied
    if denied and all(_is_denied(gap) or gap.code == "nothing-to-examine" for gap in gaps if gap.matters):
        return
    if any(gap.code in _BY_HAND for gap in gaps if gap.matters):
        yield Step("Read the files marked 'matters' under 'Not examined' yourself: this report does not cover them.")
    if unopened:
        yield Step(
            "Unpack the archives and mount the images (read-only) that are listed as not opened, and hunt through "
            "them: they may contain web directories. A ZIP or tar archive is also hunted as it is."
        )
    yield Step("Hunt again on the server itself or on a full image: files missing from a collection were not examined.")


def steps_open(state: PatchState | None) -> Iterator[Step]:
    """Yield the step that fixes the vulnerabilities of waves."""
    if state is None or not state.vulnerable:
        return
    if state.product in _OUT_OF_SUPPORT:
        yield Step(
            f"Replace {state.product} with a supported version: it gets no more updates, and is open to known attacks."
        )
        return
    fixes = {each.cve: each for each in state.cves_in(FixState.OPEN)}
    needed = [fixes[cve] for wave in state.waves_in(FixState.OPEN) for cve in wave.cves if cve in fixes]
    builds = [each.fixed_build for each in needed if each.fixed_build is not None]
    last = max(builds, key=lambda build: tuple(int(part) for part in build.split(".")), default="the newest build")
    yield Step(
        f"Update to {last} or later: the update closes the vulnerabilities that attackers use. It removes no back door."
    )


def exposing(verdict: Verdict, names: frozenset[str] = PUBLIC_KEYS | LOST_SECRETS) -> list[Finding]:
    """Return the findings above information that have one of these facts about keys or credentials."""
    return [f for f in verdict.counted if f.severity > Severity.INFO and not names.isdisjoint(f.facts)]


def _preserve() -> Step:
    return Step(
        "Preserve the evidence before you remove or change anything: image the server, or hunt again with "
        "'--collect FILE.zip', which copies each accused file with its timestamps. The files show when and how the "
        "attack happened."
    )


def _collect_logs(host: Host, coverage: Coverage) -> Iterator[Step]:
    if coverage.logs is not InputState.HELD:
        which = "IIS and HttpProxy" if host.exchange else "IIS"
        yield Step(f"Collect the logs of {which} before they are overwritten: they show who requested the pages.")


def _lost(host: Host, doors: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the steps for the secrets of the server that a back door could read."""
    yield Step(
        "Rotate the machine keys of all sites: with stolen keys an attacker runs code through a page's view state, "
        "without any file and after any patch."
    )
    yield Step(
        "Change the passwords and keys of service and administrator accounts: a web shell runs as the server, and can "
        "read the credentials of accounts that sign in there."
    )
    if not host.exchange:
        yield Step("Replace the certificates whose private keys are on the server: a web shell can read them.")
        return
    yield Step(
        "Replace the certificates whose private keys are on the server, Exchange's authentication certificate first: "
        "with it an attacker signs tokens for any mailbox."
    )
    yield Step(
        f"Check mail access{_since(doors)}: role assignments, mailbox permissions, export requests, forwarding and "
        "inbox rules stay after the files are removed."
    )


def _is_of_page(trace: Verdict) -> bool:
    """Return True if a trace is of a page: deleted, planted, detected, or one that answers without a file."""
    named = any(name in finding.facts for finding in trace.findings for name in _PATHS)
    return named or trace.subject.presence is Presence.DELETED


def _origins(found: SortedVerdicts) -> Iterator[Step]:
    if found.logged:
        yield Step(
            "Check the traces in the logs: find the same accounts and times in the logs of other servers.",
            _items([verdict.subject.path for verdict in found.logged]),
        )
    if found.pages:
        yield Step(
            "Search backups, shadow copies and the file table for the pages that left the traces: they show the "
            "actions of the attacker.",
            _items([verdict.subject.path for verdict in found.pages]),
        )
    kept = [v.subject.path for v in found.pages if any("quarantined_as" in each.facts for each in v.findings)]
    if kept:
        yield Step(
            "Copy the quarantine of Defender before it deletes old items: it has the contents of these files.",
            _items(kept),
        )


def _removal(doors: Sequence[Verdict]) -> Iterator[Step]:
    present = [v for v in doors if v.subject.presence is Presence.PRESENT and not has_removal_step(v)]
    files = [v for v in present if not is_configuration(v)]
    settings = [_first_place(v) for v in present if is_configuration(v)]
    shipped = [v.subject.path for v in files if _is_shipped(v)]
    planted = [v.subject.path for v in files if not _is_shipped(v)]
    if planted:
        one = len(planted) == 1
        yield Step(
            f"Remove {'this file: it gives' if one else 'these files: each gives'} access to anyone who requests it.",
            _items(planted),
        )
    if shipped:
        yield Step(
            "Replace these files with those of the same name and build of Exchange, and don't delete them: the server "
            "needs them. An attacker added code.",
            _items(shipped),
        )
    if settings:
        yield Step(
            "Remove the code from these configuration files, or replace each with a clean copy; don't delete them: the "
            "site needs the other settings.",
            _items(settings),
        )


def _first_place(verdict: Verdict) -> str:
    """Return the path of a file with the line of its gravest finding."""
    evidence = next((each for finding in verdict.counted for each in finding.evidence), None)
    return verdict.subject.path if evidence is None else f"{verdict.subject.path}, line {evidence.line}"


def _is_shipped(verdict: Verdict) -> bool:
    """Return True if Exchange itself ships a file of this name in this place."""
    if any(finding.rule.remedy is Remedy.STOCK_FILE for finding in verdict.counted):
        return True
    return any(is_expected_page(unquote(urlsplit(url.address).path)) for url in verdict.subject.urls)


def _reading(suspects: Sequence[Verdict]) -> Iterator[Step]:
    """Yield the step for suspicious files that no other step lists."""
    paths = [verdict.subject.path for verdict in suspects if not has_removal_step(verdict)]
    if paths:
        yield Step(
            "Have an administrator of this server review each suspicious file: its row shows the line and the reason.",
            _items(paths),
        )


def _key_place(verdict: Verdict, finding: Finding) -> str:
    names = finding.facts.get("published_key")
    keys = f": {' and '.join(names)}" if isinstance(names, tuple) else ""
    if not finding.evidence:
        return f"{verdict.subject.path}{keys}"
    return f"{finding.evidence[0].path}, line {finding.evidence[0].line}{keys}"


def _is_denied(gap: Gap) -> bool:
    """Return True if the user had no permission to read a file; an administrator has it."""
    return gap.code == "unreadable" and "permission denied" in gap.reason


def _items(names: Sequence[str], where: str = "listed above") -> tuple[str, ...]:
    """Return the first names, each once, and the number of the others."""
    distinct = list(dict.fromkeys(names))
    more = len(distinct) - MOST_ITEMS
    return (*distinct[:MOST_ITEMS], f"and {more:,} more, {where}") if more > 0 else tuple(distinct)


def _since(doors: Sequence[Verdict]) -> str:
    days: list[date] = [v.planting.when_utc.date() for v in doors if v.planting and v.planting.when_utc]
    return f" since {min(days)}" if days else ""

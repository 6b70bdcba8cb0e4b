"""Next steps: the actions that the findings require, in the order in which to take them, each with its reason.

The evidence is kept first, then the way in is cut. Back doors are removed before the update, since an update takes long
and removes none of them. New keys and passwords come after both: a back door or an open hole loses them again.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from webshellhunt.knowledge.exchange_builds import GETS_NO_UPDATES
from webshellhunt.knowledge.exchange_names import is_expected_page
from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.report import Coverage, Host, InputState, Step
from webshellhunt.model.rules import Remedy
from webshellhunt.model.traffic import RECORD_FILES
from webshellhunt.model.verdict import Disposition, Presence, SubjectKind, Verdict
from webshellhunt.verdict.intruders import Intruders
from webshellhunt.verdict.log_steps import rotation_step, steps_intruders, steps_unseen
from webshellhunt.verdict.removal_steps import has_removal_step, is_configuration, iter_removal_steps
from webshellhunt.verdict.secret_steps import steps_exposed, steps_lost
from webshellhunt.verdict.step_items import items_of

UNSEEN = frozenset({Presence.NOT_COLLECTED, Presence.NOT_READABLE})
"""Of a file that may be there, and that nobody examined."""

_OUT_OF_SUPPORT = ("Exchange 2010", "Exchange 2013")
_PATHS = ("virtual_path", "planted_path", "detected_path")


class SortedVerdicts(NamedTuple):
    """Verdicts by the kind of action; one that exposes keys or credentials may be in another field as well.

    ``doors`` are the back doors that are there: files, and pages of which the evidence has the content alone (in the
    file table or in a quarantine).
    """

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
    def removed(self) -> list[Verdict]:
        """The back doors that were removed, and whose content the evidence has nevertheless."""
        return [each for each in self.traces if is_known_door(each)]

    @property
    def lost(self) -> list[Verdict]:
        """The traces of pages whose content nobody has."""
        return [each for each in self.pages if not is_known_door(each)]

    @property
    def unseen(self) -> list[Verdict]:
        """The traces of pages whose files may still be there: nobody collected or read them."""
        return [each for each in self.pages if each.subject.presence in UNSEEN]

    @property
    def logged(self) -> list[Verdict]:
        """The traces that are not of a page: requests, events, holes in logs."""
        return [each for each in self.traces if not _is_of_page(each)]

    @property
    def has_leads_of_pages(self) -> bool:
        """True if a lead is a page that is not there any more, which the logs need not have."""
        return any(map(_is_of_page, self.leads))


def is_known_door(verdict: Verdict) -> bool:
    """Return True for a back door that is no file of the evidence, but whose content the evidence has elsewhere."""
    subject = verdict.subject
    is_page = subject.kind is SubjectKind.TRACE and subject.sha256 is not None
    return is_page and verdict.disposition is Disposition.MALICIOUS


def steps_found(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Iterator[Step]:
    """Yield the steps against back doors; those for a whole server only if the source has one."""
    yield _preserve()
    if host.is_server:
        yield Step("Isolate the server from the internet: the attacker can still reach the back doors.")
        yield from _collect_logs(host, coverage)
    yield from steps_intruders(found.intruders)
    yield from _removal(found.doors)
    yield from iter_removal_steps(found.doors, found.suspects)
    yield from _reading(found.suspects)
    yield from steps_open(state)
    yield from steps_exposed(found.exposed)
    if host.is_server:
        yield from steps_lost(host, found.doors)
    yield from _origins(found)
    yield Step("Then hunt again: only a second hunt shows back doors that return or were missed.")


def steps_suspect(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Iterator[Step]:
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
    yield from steps_open(state)
    yield from steps_exposed(found.exposed)


def steps_traces(found: SortedVerdicts, host: Host, coverage: Coverage, state: PatchState | None) -> Iterator[Step]:
    """Yield the steps for traces, of deleted pages or in logs."""
    image, why = ("and", "it may still have the files") if found.unseen else ("or", "no other evidence is left")
    yield Step(f"Preserve the listed traces with their timestamps, {image} image the server: {why}.")
    if host.is_server:
        yield from _collect_logs(host, coverage)
    yield from steps_intruders(found.intruders)
    yield from _origins(found)
    yield from steps_open(state)
    ran = found.pages or any(each.disposition is Disposition.MALICIOUS for each in found.logged)
    if host.is_server and ran:
        yield Step(
            "Rotate machine keys and credentials as for a back door that is still present: it ran, and may have read "
            "them."
        )
    elif found.unseen:
        yield rotation_step()
    yield from steps_exposed(found.exposed)


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
    if (state.support or "").endswith(GETS_NO_UPDATES):
        yield Step(f"Then replace {state.product} with a supported version: {GETS_NO_UPDATES}.")


def _preserve() -> Step:
    return Step(
        "Preserve the evidence before you remove or change anything: image the server, or hunt again with "
        "'--collect FILE.zip', which copies each accused file with its timestamps. The files show when and how the "
        "attack happened."
    )


def _collect_logs(host: Host, coverage: Coverage) -> Iterator[Step]:
    if coverage.logs is InputState.NOT_READ:
        yield Step("Hunt again with the logs, to the end: they are in the evidence and show who requested the pages.")
    elif coverage.logs is not InputState.HELD:
        which = "IIS and HttpProxy" if host.exchange else "IIS"
        yield Step(f"Collect the logs of {which} before they are overwritten: they show who requested the pages.")


def _is_of_page(trace: Verdict) -> bool:
    """Return True if a trace is of a page: deleted, planted, detected, or one that answers without a file."""
    named = any(name in finding.facts for finding in trace.findings for name in _PATHS)
    return named or trace.subject.presence is not Presence.PRESENT or trace.subject.sha256 is not None


def _origins(found: SortedVerdicts) -> Iterator[Step]:
    if found.logged:
        yield Step(
            "Check the traces in the logs: find the same accounts and times in the logs of other servers.",
            items_of([_place_in_log(verdict) for verdict in found.logged]),
        )
    yield from steps_unseen(found.unseen)
    gone = [verdict.subject.path for verdict in found.pages if verdict.subject.presence not in UNSEEN]
    if gone:
        yield Step(
            "Search backups, shadow copies and the file table for the pages that left the traces: they show the "
            "actions of the attacker.",
            items_of(gone),
        )
    kept = [v.subject.path for v in found.pages if any("quarantined_as" in each.facts for each in v.findings)]
    if kept:
        yield Step(
            "Copy the quarantine of Defender before it deletes old items: it has the contents of these files.",
            items_of(kept),
        )


def _removal(doors: Sequence[Verdict]) -> Iterator[Step]:
    present = [v for v in doors if v.subject.presence is Presence.PRESENT and not has_removal_step(v)]
    files = [v for v in present if not is_configuration(v)]
    settings = [_first_place(v) for v in present if is_configuration(v)]
    shipped = [v.subject.path for v in files if _is_shipped(v)]
    shared = [v.subject.path for v in files if not _is_shipped(v) and v.use is not None and v.use.visited]
    planted = [v.subject.path for v in files if not _is_shipped(v) and v.subject.path not in shared]
    absent = [v.subject.path for v in doors if v.subject.presence in UNSEEN]
    if absent:
        yield Step(
            "Look for these files on the server, and remove each that is there: their content is that of a back door, "
            "and the files themselves were not collected or could not be read.",
            items_of(absent),
        )
    if planted:
        one = len(planted) == 1
        yield Step(
            f"Remove {'this file: it gives' if one else 'these files: each gives'} access to anyone who requests it.",
            items_of(planted),
        )
    if shared:
        yield Step(
            "Restore these files from a backup that is older than the attack, and delete only a file that no backup "
            "has: ordinary users request them, so an attacker has probably added code to pages of the site.",
            items_of(shared),
        )
    if shipped:
        yield Step(
            "Replace these files with those of the same name and build of Exchange, and don't delete them: the server "
            "needs them. An attacker added code.",
            items_of(shipped),
        )
    if settings:
        yield Step(
            "Remove the code from these configuration files, or replace each with a clean copy; don't delete them: the "
            "site needs the other settings.",
            items_of(settings),
        )


def _first_place(verdict: Verdict) -> str:
    """Return the path of a file with the line of its gravest finding."""
    evidence = next((each for finding in verdict.counted for each in finding.evidence), None)
    return verdict.subject.path if evidence is None else f"{verdict.subject.path}, line {evidence.line}"


def _place_in_log(verdict: Verdict) -> str:
    """Return the name of a trace with the log and the line, or record, of its gravest finding."""
    path = verdict.subject.path
    evidence = next((each for finding in verdict.counted for each in finding.evidence), None)
    if evidence is None or not evidence.line:
        return path
    word = "record" if evidence.path.lower().endswith(RECORD_FILES) else "line"
    place = f"{evidence.path}, {word} {evidence.line}"
    return place if evidence.path == path else f"{path}: {place}"


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
            items_of(paths),
        )

"""Next steps: what to do about what was found, in this order, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from webshellhunt.model.patches import FixState, PatchState
from webshellhunt.model.places import Role
from webshellhunt.model.report import Coverage, Held
from webshellhunt.model.verdict import Presence, SubjectKind, Verdict

_NAMED = 10
_OUT_OF_SUPPORT = ("Exchange 2010", "Exchange 2013")


def steps_found(
    doors: Sequence[Verdict], suspects: Sequence[Verdict], coverage: Coverage, state: PatchState | None
) -> Iterator[str]:
    """Yield what to do about back doors."""
    yield (
        "Preserve before you remove: copy each listed file with its times, or image the server: "
        "they are the evidence of when and how."
    )
    yield "Isolate the server from the internet: whoever planted these can still reach them."
    if coverage.logs is not Held.HELD:
        yield "Collect the logs of IIS and of HttpProxy before they roll over: they tell who called the pages."
    yield from steps_open(state)
    yield from _removal(doors, suspects)
    yield (
        "Rotate the machine keys of all sites: whoever read them runs code through a page's view state, "
        "without any file and after any patch."
    )
    yield (
        "Change the passwords and keys of service and administrator accounts: a shell runs as the server, "
        "and reads what signs in there."
    )
    yield (
        "Replace the certificates whose private keys the server holds, Exchange's authentication certificate first: "
        "whoever took it signs tokens for any mailbox."
    )
    yield (
        f"Look at mail access{_since(doors)}: role assignments, mailbox permissions, export requests, forwarding and "
        "inbox rules stay when the files go."
    )
    yield "Then hunt again: what comes back, or was missed, shows only then."


def steps_suspect() -> Iterator[str]:
    """Yield what to do about what is not proven."""
    yield "Have somebody who knows the server read each listed file: each row says what to look at, and why."


def steps_traces() -> Iterator[str]:
    """Yield what to do about traces of what is gone."""
    yield "Preserve the listed traces with their times, or image the server: they are all that is left."
    yield "Look in backups, shadow copies and the file table for what they were left by: it shows what was done."
    yield "Rotate machine keys and credentials as for a back door that is still there: it ran, and may have taken them."


def steps_exposed() -> Iterator[str]:
    """Yield what to do about keys or credentials that others know."""
    yield "Rotate the machine keys that are named: whoever knows them runs code on the server without any file."
    yield "Change the credentials that are named, and look for their use: whoever holds them needs no back door."


def steps_missing(*, unopened: bool = False) -> Iterator[str]:
    """Yield what to do where too little was there to examine; ``unopened`` says that web directories may be packed."""
    if unopened:
        yield "Unpack what is named as not opened, or mount it read-only, and hunt it: web directories may be in it."
    yield "Hunt again on the server itself or on a full image: what a collection did not hold was not examined."


def steps_open(state: PatchState | None) -> Iterator[str]:
    """Yield what closes the holes that waves used."""
    if state is None or not state.vulnerable:
        return
    if state.product in _OUT_OF_SUPPORT:
        yield f"Replace {state.product} by a supported version: it gets no more updates, and a wave's hole is open."
        return
    fixes = {each.cve: each for each in state.cves_in(FixState.OPEN)}
    needed = [fixes[cve] for wave in state.waves_in(FixState.OPEN) for cve in wave.cves if cve in fixes]
    builds = [each.fixed_build for each in needed if each.fixed_build is not None]
    last = max(builds, key=lambda build: tuple(int(part) for part in build.split(".")), default="the newest build")
    yield f"Update to {last} or later: it closes the holes by which intruders come, and removes nothing that they left."


def _removal(doors: Sequence[Verdict], suspects: Sequence[Verdict]) -> Iterator[str]:
    files = [v.subject.path for v in doors if v.subject.presence is Presence.PRESENT and not _is_configuration(v)]
    settings = {v.subject.path for v in (*doors, *suspects) if _is_configuration(v)}
    declared = [str(f.facts["declared_in"]) for v in doors for f in v.counted if f.facts.get("declared_in")]
    settings |= {place.partition(", line ")[0] for place in declared}
    if files:
        yield f"Remove {_listed(files)}: {'it' if len(files) == 1 else 'each'} runs for whoever calls it."
    if settings:
        yield f"Take back what was added to {_listed(sorted(settings))}: it is what makes such files run."


def _is_configuration(verdict: Verdict) -> bool:
    subject = verdict.subject
    return (
        subject.kind is SubjectKind.REGISTRATION
        or subject.role is Role.IIS_CONFIG
        or subject.path.lower().endswith(".config")
    )


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return "; ".join(paths[:_NAMED]) + more


def _since(doors: Sequence[Verdict]) -> str:
    days: list[date] = [v.planting.when_utc.date() for v in doors if v.planting and v.planting.when_utc]
    return f" since {min(days)}" if days else ""

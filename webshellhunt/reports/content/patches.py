"""The patch state in sentences: vulnerabilities of waves first, the others counted or, on request, listed."""

from collections.abc import Iterator, Sequence
from typing import Final

from webshellhunt.model.patches import CveState, FixState, PatchState, WaveState, WitnessKind
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.reports.printable import one_line

PATCH_NOTE: Final = "Patching does not remove these items: an update closes the vulnerability, and planted files stay."
_UNSEEN_NOTE: Final = (
    "Patching removes no page: an update closes the vulnerability, and pages that were not examined may still be there."
)
_GONE_NOTE: Final = (
    "Patching does not undo the attack: an update closes the vulnerability, and keys and passwords that were stolen "
    "stay valid."
)

_ALSO_OPEN: Final = (
    (FixState.OPEN, "Also open, without a known wave"),
    (FixState.UNSETTLED, "Unknown whether fixed, since the build number alone does not show it"),
)
_NAMED: Final = 5
_A_LINE: Final = 6
_MOST_DIGITS: Final = 18


def patch_note(report: Report) -> str:
    """Return the sentence about what patching leaves, by what is there; empty without a server or an accused item."""
    subjects = [each.subject for each in report.accused]
    if not report.host.is_server or report.run.options.logs.alone or not subjects:
        return ""
    if any(each.kind is not SubjectKind.TRACE and each.presence is Presence.PRESENT for each in subjects):
        return PATCH_NOTE
    unseen = any(each.presence in (Presence.NOT_COLLECTED, Presence.NOT_READABLE) for each in subjects)
    return _UNSEEN_NOTE if unseen else _GONE_NOTE


def patch_lines(state: PatchState, *, whole: bool = False) -> Iterator[str]:
    """Yield the lines of a patch state; ``whole`` lists each vulnerability and witness instead of counting them."""
    for line in _lines(state, whole=whole):
        yield "  " * line.startswith(" ") + one_line(line.lstrip())


def _lines(state: PatchState, *, whole: bool) -> Iterator[str]:
    yield from _build(state)
    for wave in state.waves_in(FixState.OPEN):
        yield f"OPEN to {_wave(wave)}, used since {wave.wave.first_use}: {_remedy(state, wave)}"
    unsettled = state.waves_in(FixState.UNSETTLED)
    if unsettled:
        title = "Possibly open to" if state.newer_than_data is None else "Unknown whether this build fixes"
        yield f"{title}: " + ", ".join(f"{wave.wave.name} ({_remedy(state, wave)})" for wave in unsettled)
    closed = state.waves_in(FixState.CLOSED)
    if closed:
        yield "Fixed: " + ", ".join(f"{wave.wave.name}{_since(wave)}" for wave in closed)
    for fix, title in _ALSO_OPEN:
        yield from _others(state, fix, title, whole=whole)
    if state.support or state.support_ends:
        yield (
            f"Support: {state.support}"
            if state.support
            else f"End of support: {state.support_ends} (without paid extensions)"
        )
    if whole:
        yield from _witnesses(state)


def _build(state: PatchState) -> Iterator[str]:
    """Yield the build with its witness, first the contradictions."""
    if state.disagreement:
        yield f"{state.disagreement[:1].upper()}{state.disagreement[1:]}."
    yield f"{_title(state)}, according to {_basis(state)}; {_came(state)}"
    if state.newer_than_data is not None:
        yield f"This build is {state.standing}: vulnerabilities found since then are not in this version's data."
    elif state.standing is not None:
        yield f"This build is not in the table ({state.standing}), so only its number was compared."
    if not state.exact:
        yield "At least this build is installed; a later update may have fixed more."


def _basis(state: PatchState) -> str:
    """Return the witness of the build in words; that in a log with the log."""
    logs = (each.where for each in state.witnesses if each.kind is WitnessKind.LOG and each.build == state.build)
    log = next(logs, "") if state.basis is WitnessKind.LOG else ""
    return f"{state.basis.words} ({log})" if log else state.basis.words


def _title(state: PatchState) -> str:
    named = " ".join(part for part in (state.product or "Exchange", state.update) if part)
    return f"{named} ({state.build})" if state.exact else f"{named} (at least {state.build})"


def _came(state: PatchState) -> str:
    if state.installed is not None and state.installed_by is not None:
        released = f", released {state.released}" if state.released is not None else ""
        how = "on" if state.installed_by.is_installation else "by"
        return f"installed {how} {state.installed} ({state.installed_by.words}){released}"
    if state.released is not None:
        return f"installed not before its release on {state.released}"
    return "installation date unknown"


def _wave(wave: WaveState) -> str:
    cves = ", ".join(wave.cves)
    return wave.wave.name if wave.wave.name == cves else f"{wave.wave.name} ({cves})"


def _remedy(state: PatchState, wave: WaveState) -> str:
    last = _last_fix(state, wave)
    return "no fixed build in the table" if last is None else f"fixed by {last.fixed_build}, {last.fixed_by}"


def _since(wave: WaveState) -> str:
    if wave.closed_on is None or wave.closed_by is None:
        return ""
    return f" ({'on' if wave.closed_exactly else 'by'} {wave.closed_on}, {wave.closed_by.words})"


def _others(state: PatchState, fix: FixState, title: str, *, whole: bool) -> Iterator[str]:
    others = _cves_without_wave(state, fix)
    if not others:
        return
    names = [each.cve for each in others]
    if whole:
        yield f"{title} ({len(others)}):"
        yield from _listed(others)
        return
    more = f" and {len(names) - _NAMED} more ('webshellhunt server' lists them)" if len(names) > _NAMED else ""
    yield f"{title}: {', '.join(names[:_NAMED])}{more}"


def _listed(cves: Sequence[CveState]) -> Iterator[str]:
    """Yield vulnerabilities grouped by the update that fixes them and by their note, several a line."""
    groups: dict[str, list[str]] = {}
    for each in sorted(cves, key=lambda each: (_build_order(each), _cve_order(each.cve))):
        fixed = f"fixed by {each.fixed_build} ({each.fixed_by})" if each.fixed_build is not None else ""
        groups.setdefault("; ".join(part for part in (fixed, each.note) if part), []).append(each.cve)
    for words, names in groups.items():
        for at in range(0, len(names), _A_LINE):
            yield f"  {', '.join(names[at : at + _A_LINE])}: {words}"


def _witnesses(state: PatchState) -> Iterator[str]:
    shown = [each for each in state.witnesses if each.kind is not WitnessKind.VERSION_FOLDER or not state.exact]
    if shown:
        yield "Evidence of the build:"
    for each in shown:
        when = f", {each.when_utc.date()}" if each.when_utc is not None else ""
        yield f"  {each.kind.words}: {each.build or each.update}{when}, {each.where}"


def _last_fix(state: PatchState, wave: WaveState) -> CveState | None:
    """Return the vulnerability of a wave that was fixed last, as far as one is open; ``None`` without a fixed build."""
    # A saved report has the fixes of these only.
    fixes = {each.cve: each for each in (*state.cves_in(FixState.OPEN), *state.cves_in(FixState.UNSETTLED))}
    last = max((fixes[cve] for cve in wave.cves if cve in fixes), key=_build_order, default=None)
    return None if last is None or last.fixed_build is None else last


def _cves_without_wave(state: PatchState, fix: FixState) -> tuple[CveState, ...]:
    """Return the vulnerabilities in a state that no wave has, the newest first."""
    listed = {cve for wave in state.waves_in(fix) for cve in wave.cves}
    found = (each for each in state.cves_in(fix) if each.cve not in listed)
    return tuple(sorted(found, key=lambda each: _cve_order(each.cve), reverse=True))


def _build_order(cve: CveState) -> tuple[int, ...]:
    """Return the fixed build as numbers, for sorting."""
    return tuple(_number(part) for part in (cve.fixed_build or "0").split(".") if _is_number(part))


def _cve_order(name: str) -> tuple[str, int, str]:
    """Return the year and the number of a vulnerability, for sorting."""
    kind, _, rest = name.partition("-")
    year, _, number = rest.partition("-")
    return year, _number(number), kind


def _number(text: str) -> int:
    return int(text) if _is_number(text) else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS

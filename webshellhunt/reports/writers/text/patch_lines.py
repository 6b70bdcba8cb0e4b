"""The patch state as text: vulnerabilities of waves first, the others counted or, on request, listed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.model.patches import CveState, FixState, PatchState, WaveState, WitnessKind
from webshellhunt.reports.printable import one_line

_NAMED = 5
_A_LINE = 6


def patch_lines(state: PatchState, *, whole: bool = False) -> Iterator[str]:
    """Yield the lines of a patch state; ``whole`` lists each vulnerability and witness instead of counting them."""
    for line in _lines(state, whole=whole):
        yield "  " * line.startswith(" ") + one_line(line.lstrip())


def _lines(state: PatchState, *, whole: bool) -> Iterator[str]:
    yield f"{_title(state)}, according to {state.basis.words}; {_came(state)}"
    if state.newer_than_data is not None:
        yield f"This build is {state.standing}: vulnerabilities found since then are not in this version's data."
    elif state.standing is not None:
        yield f"This build is not in the table ({state.standing}), so only its number was compared."
    if not state.exact:
        yield "At least this build is installed; a later update may have fixed more."
    for wave in state.waves_in(FixState.OPEN):
        yield f"OPEN to {_wave(wave)}, used since {wave.wave.first_use}: {_remedy(state, wave)}"
    unsettled = state.waves_in(FixState.UNSETTLED)
    if unsettled:
        title = "Possibly open to" if state.newer_than_data is None else "Unknown whether this build fixes"
        yield f"{title}: " + ", ".join(f"{wave.wave.name} ({_remedy(state, wave)})" for wave in unsettled)
    closed = state.waves_in(FixState.CLOSED)
    if closed:
        yield "Fixed: " + ", ".join(f"{wave.wave.name}{_since(wave)}" for wave in closed)
    yield from _others(state, FixState.OPEN, "Also open, without a known wave", whole=whole)
    yield from _others(
        state, FixState.UNSETTLED, "Unknown whether fixed, since the build number alone does not show it", whole=whole
    )
    if state.support_ends is not None:
        yield f"End of support: {state.support_ends} (without paid extensions)"
    if whole:
        yield from _witnesses(state)


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
    fixes = {cve.cve: cve for cve in state.cves}
    last = max((fixes[cve] for cve in wave.cves if cve in fixes), key=_number, default=None)
    if last is None or last.fixed_build is None:
        return "no fixed build in the table"
    return f"fixed by {last.fixed_build}, {last.fixed_by}"


def _number(cve: CveState) -> tuple[int, ...]:
    parts = (cve.fixed_build or "0").split(".")
    return tuple(int(part) for part in parts if part.isdecimal())


def _since(wave: WaveState) -> str:
    if wave.closed_on is None or wave.closed_by is None:
        return ""
    return f" ({'on' if wave.closed_exactly else 'by'} {wave.closed_on}, {wave.closed_by.words})"


def _others(state: PatchState, fix: FixState, title: str, *, whole: bool) -> Iterator[str]:
    listed = {cve for wave in state.waves_in(fix) for cve in wave.cves}
    others = [each for each in state.cves_in(fix) if each.cve not in listed]
    if not others:
        return
    names = sorted((each.cve for each in others), key=_by_year, reverse=True)
    if whole:
        yield f"{title} ({len(others)}):"
        yield from _listed(others)
        return
    more = f" and {len(names) - _NAMED} more ('webshellhunt server' lists them)" if len(names) > _NAMED else ""
    yield f"{title}: {', '.join(names[:_NAMED])}{more}"


def _by_year(name: str) -> tuple[str, int, str]:
    kind, _, rest = name.partition("-")
    year, _, number = rest.partition("-")
    return year, int(number) if number.isdecimal() else 0, kind


def _listed(cves: Sequence[CveState]) -> Iterator[str]:
    """Yield vulnerabilities grouped by the update that fixes them and by their note, several a line."""
    groups: dict[str, list[str]] = {}
    for each in sorted(cves, key=lambda each: (_number(each), _by_year(each.cve))):
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

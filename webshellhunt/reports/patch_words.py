"""The words and the order of vulnerabilities and updates, for formats for people."""

from __future__ import annotations

from typing import Final

from webshellhunt.model.patches import CveState, FixState, PatchState, WaveState

PATCH_NOTE: Final = "Patching does not remove these items: an update closes the vulnerability, and planted files stay."

ALSO_OPEN: Final = (
    (FixState.OPEN, "Also open, without a known wave"),
    (FixState.UNSETTLED, "Unknown whether fixed, since the build number alone does not show it"),
)
_MOST_DIGITS: Final = 18


def last_fix(state: PatchState, wave: WaveState) -> CveState | None:
    """Return the vulnerability of a wave that was fixed last, as far as one is open; ``None`` without a fixed build."""
    # A saved report has the fixes of these only.
    fixes = {each.cve: each for each in (*state.cves_in(FixState.OPEN), *state.cves_in(FixState.UNSETTLED))}
    last = max((fixes[cve] for cve in wave.cves if cve in fixes), key=build_order, default=None)
    return None if last is None or last.fixed_build is None else last


def cves_without_wave(state: PatchState, fix: FixState) -> tuple[CveState, ...]:
    """Return the vulnerabilities in a state that no wave has, the newest first."""
    listed = {cve for wave in state.waves_in(fix) for cve in wave.cves}
    found = (each for each in state.cves_in(fix) if each.cve not in listed)
    return tuple(sorted(found, key=lambda each: cve_order(each.cve), reverse=True))


def build_order(cve: CveState) -> tuple[int, ...]:
    """Return the fixed build as numbers, for sorting."""
    return tuple(_number(part) for part in (cve.fixed_build or "0").split(".") if _is_number(part))


def cve_order(name: str) -> tuple[str, int, str]:
    """Return the year and the number of a vulnerability, for sorting."""
    kind, _, rest = name.partition("-")
    year, _, number = rest.partition("-")
    return year, _number(number), kind


def _number(text: str) -> int:
    return int(text) if _is_number(text) else 0


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS

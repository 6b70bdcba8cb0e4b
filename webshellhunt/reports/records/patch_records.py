"""The record of a patch state: the build, its witnesses, and the vulnerabilities and waves at it."""

from __future__ import annotations

from typing import Any

from webshellhunt.model.patches import CveState, FixState, PatchState, WaveState
from webshellhunt.reports.printable import decodable
from webshellhunt.reports.times import day, utc

Record = dict[str, Any]


def patch_record(state: PatchState) -> Record:
    """Return the record of an installation's patch state."""
    return {
        "path": decodable(state.path),
        "build": decodable(state.build),
        "basis": state.basis.value,
        "exact": state.exact,
        "known": state.known,
        "product": _text(state.product),
        "update": _text(state.update),
        "released": day(state.released),
        "standing": _text(state.standing),
        "newer_than_data": day(state.newer_than_data),
        "support_ends": day(state.support_ends),
        "paid_support_ends": day(state.paid_support_ends),
        "support": _text(state.support),
        "disagreement": _text(state.disagreement),
        "installed": day(state.installed),
        "installed_by": state.installed_by and state.installed_by.value,
        "vulnerable": state.vulnerable,
        "waves": [_wave_record(each) for each in state.waves],
        "open": [_cve_record(each) for each in state.cves_in(FixState.OPEN)],
        "unsettled": [_cve_record(each) for each in state.cves_in(FixState.UNSETTLED)],
        "closed": [decodable(each.cve) for each in state.cves_in(FixState.CLOSED)],
        "witnesses": [
            {
                "kind": each.kind.value,
                "where": decodable(each.where),
                "build": _text(each.build),
                "update": _text(each.update),
                "when_utc": utc(each.when_utc),
            }
            for each in state.witnesses
        ],
    }


def _wave_record(state: WaveState) -> Record:
    wave = state.wave
    return {
        "slug": decodable(wave.slug),
        "name": decodable(wave.name),
        "state": state.state.value,
        "cves": [decodable(cve) for cve in state.cves],
        "first_use": day(wave.first_use),
        "disclosed": day(wave.disclosed),
        "fix_public": day(wave.fixed),
        "closed_on": day(state.closed_on),
        "closed_by": state.closed_by and state.closed_by.value,
        "closed_exactly": state.closed_exactly,
        "open_on": day(state.open_on),
    }


def _cve_record(state: CveState) -> Record:
    return {
        "cve": decodable(state.cve),
        "fixed_by": _text(state.fixed_by),
        "fixed_build": _text(state.fixed_build),
        "note": _text(state.note),
    }


def _text(value: str | None) -> str | None:
    return None if value is None else decodable(value)

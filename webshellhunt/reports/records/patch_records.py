"""The record of a patch state: the build, its witnesses, and the vulnerabilities and waves at it."""

from __future__ import annotations

from webshellhunt.model.patches import FixState, PatchState, WaveState
from webshellhunt.reports.records.plain import Record, plain_record


def patch_record(state: PatchState) -> Record:
    """Return the record of an installation's patch state."""
    cves = {
        "open": [plain_record(each, "state") for each in state.cves_in(FixState.OPEN)],
        "unsettled": [plain_record(each, "state") for each in state.cves_in(FixState.UNSETTLED)],
        "closed": [each.cve for each in state.cves_in(FixState.CLOSED)],
    }
    waves = [_wave_record(each) for each in state.waves]
    return plain_record(state, "cves", vulnerable=state.vulnerable, waves=waves, **cves)


def _wave_record(state: WaveState) -> Record:
    wave = plain_record(state.wave, "fixed", "until", "leaves_pages", "product", fix_public=state.wave.fixed)
    return {**wave, **plain_record(state, "wave")}

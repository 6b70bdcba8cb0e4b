"""The states of vulnerabilities at a build."""

from __future__ import annotations

from tests.reports.cases import patch_state
from webshellhunt.model.patches import FixState, WitnessKind


def test_the_host_is_vulnerable_while_a_wave_is_open() -> None:
    state = patch_state()
    assert list(state.waves_in(FixState.OPEN))
    assert state.vulnerable
    closed = state._replace(waves=())
    assert not closed.vulnerable


def test_every_kind_of_witness_has_words() -> None:
    assert len({kind.words for kind in WitnessKind}) == len(WitnessKind)

from __future__ import annotations

from datetime import UTC, date, datetime

from webshellhunt.model.patches import FixState as Fix
from webshellhunt.model.patches import PatchState, Wave, WaveState, Witness, WitnessKind
from webshellhunt.reports.records.report_records import patch_record


def test_a_patch_state_has_its_waves_and_witnesses() -> None:
    day = date(2021, 3, 2)
    wave = Wave("proxylogon", "ProxyLogon", ("CVE-2021-26855",), day, day, day, day, True, "exchange")
    closed = WaveState(wave, Fix.CLOSED, (), date(2021, 3, 5), WitnessKind.SETUP_LOG, closed_exactly=True)
    witness = Witness(WitnessKind.SETUP_LOG, "ExchangeSetup.log", "15.2.792.10", datetime(2021, 3, 5, tzinfo=UTC))
    state = PatchState(
        "C:\\", "15.2.792.10", WitnessKind.SETUP_PROGRAM, True, True, witnesses=(witness,), waves=(closed,)
    )
    record = patch_record(state)
    assert record["waves"][0]["closed_on"] == "2021-03-05"
    assert record["witnesses"][0]["when_utc"] == "2021-03-05T00:00:00Z"
    assert record["installed_by"] is None
    assert not record["vulnerable"]

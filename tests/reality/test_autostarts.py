"""Autostarts of real systems: nothing is accused but what an intruder or a tool of an investigation left."""

from __future__ import annotations

import pytest

from tests.reality.test_hives import _REGIPY, read
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

CONFIG = "C/Windows/System32/config"
USER = "C/Users/a"
# The system of a lab, after an intrusion: the agent of an investigation, and passwords that were kept in memory.
_LEFT = {
    r"HKLM\SYSTEM\CurrentControlSet\services\FResponse Service",
    r"HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders\WDigest (UseLogonCredential)",
}


@pytest.mark.parametrize(
    ("name", "place", "accused"),
    [
        ("SYSTEM_WIN_10_1709.xz", f"{CONFIG}/SYSTEM", set()),
        ("SYSTEM_B.xz", f"{CONFIG}/SYSTEM", set()),
        ("SYSTEM_2.xz", f"{CONFIG}/SYSTEM", set()),
        ("SYSTEM.xz", f"{CONFIG}/SYSTEM", _LEFT),
        ("NTUSER.DAT.xz", f"{USER}/NTUSER.DAT", set()),
        ("NTUSER_with_winscp.DAT.xz", f"{USER}/NTUSER.DAT", set()),
        ("NTUSER_BAGMRU.DAT.xz", f"{USER}/NTUSER.DAT", set()),
        ("UsrClass.dat.xz", f"{USER}/AppData/Local/Microsoft/Windows/UsrClass.dat", set()),
    ],
)
def test_a_real_hive(name: str, place: str, accused: set[str]) -> None:
    report = hunt(MemorySource({place: read(_REGIPY + name)}))
    suspicious = {each.subject.path for each in report.verdicts if each.disposition >= Disposition.SUSPICIOUS}
    assert suspicious == accused

from __future__ import annotations

import pytest

from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

MARK = b"MDMP\x93\xa7\0\0" + bytes(24)


@pytest.mark.parametrize("name", [r"C:\Windows\System32\lsass.exe", r"C:\Windows\System32\lsasrv.dll"])
def test_the_memory_of_lsass_is_suspicious_under_any_name(name: str) -> None:
    data = MARK + name.encode("utf-16-le")
    verdict = examine(data, path="Windows/Temp/error.png")
    assert verdict.disposition is Disposition.SUSPICIOUS
    (found,) = verdict.findings
    assert found.rule.id == "WSH6022"
    span = found.evidence[0].span
    assert data[span.start : span.end].decode("utf-16-le").startswith("lsas")


@pytest.mark.parametrize("data", [MARK + "w3wp.exe".encode("utf-16-le"), b"about " + "lsass.exe".encode("utf-16-le")])
def test_other_memory_and_other_files_are_not(data: bytes) -> None:
    assert examine(data, path="Windows/Temp/error.dmp").findings == ()

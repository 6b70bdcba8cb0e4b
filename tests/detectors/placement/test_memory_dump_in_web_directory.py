"""A memory dump that visitors can download."""

from __future__ import annotations

import pytest

from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

PROCESS = b"MDMP\x93\xa7\0\0" + bytes(24) + "w3wp.exe".encode("utf-16-le")
SYSTEM = b"PAGEDU64" + bytes(64)
AUTH = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"


@pytest.mark.parametrize("data", [PROCESS, SYSTEM])
@pytest.mark.parametrize("path", [f"{AUTH}/Current/themes/logo.png", "inetpub/wwwroot/a", "inetpub/wwwroot/w3wp.dmp"])
def test_a_dump_that_is_served_is_suspicious_under_any_name(data: bytes, path: str) -> None:
    verdict = examine(data, path=path)
    assert verdict.disposition is Disposition.SUSPICIOUS
    (found,) = verdict.findings
    assert found.rule.id == "WSH6023"
    assert "in a directory that is served" in found.message


def test_elsewhere_a_name_of_another_kind_is_the_reason() -> None:
    (found,) = examine(PROCESS, path="Windows/Temp/error.txt").findings
    assert found.message.endswith("with the extension .txt")
    assert examine(PROCESS, path="Windows/Temp/error.dmp").findings == ()
    assert examine(SYSTEM, path="collected/MEMORY.DMP").findings == ()


def test_a_dump_of_lsass_is_reported_once() -> None:
    data = PROCESS + "lsass.exe".encode("utf-16-le")
    assert [f.rule.id for f in examine(data, path="inetpub/wwwroot/a.png").findings] == ["WSH6022"]


def test_text_about_dumps_is_none() -> None:
    assert examine(b"MDMP is the mark of a minidump", path="inetpub/wwwroot/help.txt").findings == ()

"""Claims about services."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.service_claims import ServiceIdea, judge_service, sentence_about


def service(name: str, command: str, **values: str | int | bytes) -> Autostart:
    named = {key.lower().replace("__", "\\"): data for key, data in values.items()}
    return Autostart(AutostartKind.SERVICE, name, "HKLM\\x", command, named)


@pytest.mark.parametrize(
    ("name", "command", "idea"),
    [
        ("A", r"C:\Windows\Temp\a.exe", ServiceIdea.PROGRAM),
        ("A", r"C:\Windows\system32\a.exe", ServiceIdea.FOREIGN),
        ("Spooler", r"C:\Windows\system32\a.exe", ServiceIdea.OTHER_PROGRAM),
        ("A", r'rundll32.exe "C:\Program Files\V\v.dll",Run', None),
        ("A", r"C:\Windows\System32\DriverStore\FileRepository\v.inf_amd64\v.exe", None),
        ("A", r"dllhost.exe /Processid:{1}", None),
        ("A", r"E:\Apps\a.exe", None),
        ("A", "", None),
        ("MSExchangeIS", r"D:\Exchange\Bin\Microsoft.Exchange.Store.Service.exe", None),
        ("MSExchangeIS", r"C:\PerfLogs\Bin\Microsoft.Exchange.Store.Service.exe", ServiceIdea.PROGRAM),
        ("MSExchangeIS", r"D:\Exchange\Bin\Store.exe", ServiceIdea.OTHER_PROGRAM),
    ],
)
def test_the_idea_of_a_claim(name: str, command: str, idea: ServiceIdea | None) -> None:
    assert next((claim.idea for claim in judge_service(service(name, command))), None) is idea


def test_a_library_under_program_files_is_a_question() -> None:
    found = service("A", "svchost.exe -k a", parameters__servicedll=r"C:\Program Files\V\v.dll")
    assert [claim.sure for claim in judge_service(found)] == [False]


def test_a_stock_service_of_unknown_library_loads_it_from_windows() -> None:
    found = service("ADPSvc", "svchost.exe -k a", parameters__servicedll=r"%SystemRoot%\System32\any.dll")
    assert list(judge_service(found)) == []
    found = service("ADPSvc", "svchost.exe -k a", parameters__servicedll=r"C:\Program Files\V\v.dll")
    assert [claim.idea for claim in judge_service(found)] == [ServiceIdea.OTHER_PROGRAM]


def test_a_driver_may_be_anywhere_in_windows() -> None:
    assert list(judge_service(service("d", r"\SystemRoot\System32\d.sys", Type=1))) == []
    assert list(judge_service(service("d", r"\??\C:\PerfLogs\d.sys", Type=1))) != []


@given(st.binary(max_size=120))
def test_any_descriptor_is_read(data: bytes) -> None:
    assert len(list(judge_service(service("A", "", security__security=data)))) <= 1


def test_a_sentence_says_that_a_service_is_disabled() -> None:
    for start in (2, 4):
        found = service("A", r"C:\PerfLogs\a.exe", Start=start)
        (claim,) = judge_service(found)
        assert ("disabled" in sentence_about(found, claim)) is (start == 4)

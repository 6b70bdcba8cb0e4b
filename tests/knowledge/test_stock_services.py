"""Stock services, and the form of their programs."""

from __future__ import annotations

import pytest

from webshellhunt.knowledge.stock_services import (
    find_known_class,
    find_stock_service,
    is_core_program,
    is_known_program,
    is_stock_library,
    normal_program,
)


@pytest.mark.parametrize(
    ("command", "program"),
    [
        (r"\SystemRoot\System32\drivers\x.sys", r"%windir%\system32\drivers\x.sys"),
        (r"\??\C:\Windows\x.sys", r"%windir%\x.sys"),
        (r"System32\svchost.exe -k a", r"%windir%\system32\svchost.exe"),
        (r'"C:\WINDOWS\Sysnative\a b.exe" -k', r"%windir%\system32\a b.exe"),
        ("svchost -k", r"%windir%\system32\svchost.exe"),
        (r"C:\Windows\System32\..\Temp\a.exe", r"%windir%\temp\a.exe"),
        (r'"%ProgramFiles(x86)%\A\a.exe"', r"%programfiles%\a\a.exe"),
        (r"D:\Exchange Server\V15\Bin\a.exe", r"%exchange%\bin\a.exe"),
        (r"%ExchangeInstallPath%Bin\a.exe", r"%exchange%\bin\a.exe"),
        (r"C:\ProgramData\a.exe", r"%programdata%\a.exe"),
        (r"D:\a\b.exe", r"d:\a\b.exe"),
        ("", ""),
    ],
)
def test_the_form_of_a_program(command: str, program: str) -> None:
    assert normal_program(command) == program


def test_a_service_has_its_programs_and_libraries() -> None:
    service = find_stock_service("w3svc")
    assert service is not None
    assert service.has_program(normal_program("svchost.exe"))
    assert service.has_library(r"%windir%\system32\inetsrv\iisw3adm.dll")
    assert not service.has_program(normal_program(r"C:\Windows\svchost.exe"))
    assert is_stock_library(r"%windir%\system32\qmgr.dll")


def test_an_instance_for_a_session_is_its_service() -> None:
    assert find_stock_service("CDPUserSvc_1d05b") == find_stock_service("CDPUserSvc")
    assert find_stock_service("NoSuch_1d05b") is None


def test_a_program_below_a_folder_with_a_version() -> None:
    defender = find_stock_service("WinDefend")
    assert defender is not None
    top = r"C:\ProgramData\Microsoft\Windows Defender\Platform"
    assert defender.has_program(normal_program(rf"{top}\4.18.1-0\MsMpEng.exe"))
    assert not defender.has_program(normal_program(rf"{top}\x\y\MsMpEng.exe"))


def test_the_names_of_programs_and_classes() -> None:
    assert is_known_program(normal_program("spoolsv.exe"))
    assert is_core_program("svchost.exe")
    assert not is_known_program(normal_program("wmdtc.exe"))
    assert not is_core_program("defrag2.exe")
    ngen = find_known_class("{DE434264-8FE9-4C0B-A83B-89EBEEBFF78E}")
    assert ngen is not None
    assert ngen == (frozenset({"mscoree.dll", "ngentasklauncher.dll"}), True)
    assert find_known_class("{1}") is None

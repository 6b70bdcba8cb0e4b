"""Claims about values of the registry."""

from __future__ import annotations

import pytest

from webshellhunt.host.machine.autostarts import Autostart, AutostartKind
from webshellhunt.knowledge.registry_claims import (
    judge_address,
    judge_class,
    judge_environment,
    judge_firewall_rule,
    judge_value,
)


def made(kind: AutostartKind, name: str = "x", command: str = "", **more: object) -> Autostart:
    return Autostart(kind, name, str(more.pop("key", r"HKLM\k")), command, **more)  # type: ignore[arg-type]


def test_a_value_without_a_place_has_no_claim() -> None:
    assert judge_value(made(AutostartKind.VALUE, command=r"C:\Users\Public\u.exe")) is None


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("comspec", r"%SystemRoot%\system32\cmd.exe", ""),
        ("comspec", r"C:\Tools\x.exe", "COMSPEC is"),
        ("java_tool_options", r"-javaagent:C:\Program Files\AppDynamics\javaagent.jar", ""),
        ("appdomain_manager_asm", "M", "APPDOMAIN_MANAGER_ASM is M"),
        ("cor_profiler", "{AF0D4D91-7D2F-4F5E-9C5C-2B0E5E2C7A11}", "COR_PROFILER is"),
        ("cor_enable_profiling", "1", ""),
        ("windir", r"C:\Windows", ""),
    ],
)
def test_the_variables_of_an_environment(name: str, text: str, words: str) -> None:
    found = list(judge_environment(made(AutostartKind.ENVIRONMENT, "W3SVC", values={name: text})))
    assert [words in claim.words for claim in found] == ([True] if words else [])


def test_the_class_of_an_account_is_graver_than_that_of_the_machine() -> None:
    server = made(AutostartKind.CLASS, "{1}", r"C:\ProgramData\v.dll", key=r"HKLM\c\InprocServer32")
    assert [each.weight for each in (judge_class(server), judge_class(server._replace(account="a"))) if each] == [
        "question",
        "accuse",
    ]


def test_a_link_to_another_class() -> None:
    key = r"HKLM\SOFTWARE\Classes\CLSID\{4590f811-1d3a-11d0-891f-00aa004b2e24}\TreatAs"
    found = judge_class(made(AutostartKind.CLASS, "{4590f811-1d3a-11d0-891f-00aa004b2e24}", "{2}", key=key))
    assert found is not None
    assert "leads to the class {2}" in found.words
    assert judge_class(made(AutostartKind.CLASS, "{1}", "{2}", key=r"HKLM\c\{1}\TreatAs")) is None
    assert judge_class(made(AutostartKind.CLASS, "{1}", "", key=r"HKLM\c\{1}\InprocServer32")) is None


def test_addresses_and_rules_of_other_forms_have_no_claim() -> None:
    assert judge_address(made(AutostartKind.ADDRESS, "ftp://x/owa/")) is None
    assert judge_firewall_rule(made(AutostartKind.FIREWALL, command="v2|Action=Allow|Dir=In|LPort=1|")) is None

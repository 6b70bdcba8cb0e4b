"""Advice belongs to codes that a hunt uses, and is one short sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.tables import each_row
from tests.reports.cases import HAS_ALL, nothing_found, report
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Coverage, InputState, Run, RunOptions
from webshellhunt.reports.content.gaps import ADVICE, LACKING, Lack, gap_groups, gaps_words, lacking

PACKAGE = Path(__file__).parents[3] / "webshellhunt"


@pytest.fixture(scope="module")
def code_of_package() -> str:
    paths = (path for path in PACKAGE.rglob("*.py") if path.parts[-2:] != ("content", "gaps.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


@pytest.mark.parametrize("code", ADVICE)
def test_a_hunt_uses_the_code(code: str, code_of_package: str) -> None:
    assert f'"{code}"' in code_of_package


@each_row("advice", [*ADVICE.values(), *(advice for _, advice in LACKING.values())])
def test_advice_is_a_short_sentence_without_its_end(advice: str) -> None:
    assert advice[0].islower()
    assert not advice.endswith(".")
    assert len(advice) < 120


def test_each_input_has_its_advice() -> None:
    assert LACKING.keys() == set(Coverage._fields)


def test_inputs_that_are_missing_or_not_read_have_their_consequence() -> None:
    coverage = HAS_ALL._replace(configuration=InputState.PARTIAL, compiled=InputState.MISSING, logs=InputState.NOT_READ)
    assert lacking(replace(report(), coverage=coverage)) == (
        Lack("IIS configuration", "only partly available", LACKING["configuration"][1]),
        Lack("compiled pages", *LACKING["compiled"]),
        Lack("logs", f"present, but not read; {LACKING['logs'][0]}", "hunt again without --no-logs, to the end"),
    )
    assert lacking(replace(report(), coverage=HAS_ALL)) == ()


def test_a_hive_that_was_not_collected_says_what_was_not_examined() -> None:
    coverage = HAS_ALL._replace(hives=InputState.MISSING, services=InputState.MISSING, tasks=InputState.PARTIAL)
    hives, tasks = lacking(replace(report(), coverage=coverage))
    assert (hives.name, hives.words.split(",")[0]) == ("registry hives", "services")
    assert tasks.words.startswith("only partly available: a hidden task")
    coverage = HAS_ALL._replace(hives=InputState.PARTIAL, services=InputState.MISSING)
    hives, services = lacking(replace(report(), coverage=coverage))
    assert (hives.name, services.name) == ("registry hives", "services")
    assert hives.words == "only partly available: SYSTEM or those of the accounts are missing"
    [hives] = lacking(replace(report(), coverage=HAS_ALL._replace(hives=InputState.PARTIAL)))
    assert hives.words == "only partly available: those of the accounts are missing"
    assert "SYSTEM" not in hives.advice.replace("System32", "")
    assert "SOFTWARE" not in hives.advice


def test_what_is_no_server_lacks_all_at_once_and_one_file_nothing() -> None:
    [lack] = lacking(nothing_found())
    assert lack.name == "registry, configuration, compiled, logs, hives, tasks, assemblies"
    assert lacking(replace(nothing_found(), context="one file")) == ()
    assert lacking(replace(nothing_found(), run=Run(options=RunOptions(logs=LogOptions(alone=True))))) == ()


def test_gaps_are_grouped_by_code_and_what_matters_comes_first() -> None:
    some = [
        Gap("too-large", "walk", "C:\\x", "no access"),
        Gap("unreadable", "walk", "C:\\x", "no access", matters=True),
        Gap("too-large", "walk", "D:\\y", "no access"),
        Gap("of-a-plug-in", "walk", "", "why"),
    ]
    groups = gap_groups(some)
    assert [(each.code, len(each.gaps), each.matters) for each in groups] == [
        ("unreadable", 1, True),
        ("of-a-plug-in", 1, False),
        ("too-large", 2, False),
    ]
    assert (bool(groups[0].advice), groups[1].advice, groups[2].reasons) == (True, "", ("no access",))
    assert gaps_words(some) == "4 gaps, 1 of which matters"

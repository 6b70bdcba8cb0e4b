"""Shells in parts: a page and its includes together do what no file of them does alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import open_executor
from webshellhunt.sources.described import DescribedHost, open_described

FOLDER = Path(__file__).parents[2] / "fixtures" / "includes"
EXPECTED = sorted(open_described(FOLDER / "parts.host").expectations)
INCLUDES = ("deep1.inc", "deep2.inc", "chain1.inc", "chain3.inc")


@cache
def host(name: str) -> DescribedHost:
    return open_described(FOLDER / f"{name}.host")


@cache
def hunted(name: str) -> Report:
    return hunt(host(name).source())


def found(report: Report, path: str) -> tuple[Disposition, set[str]]:
    """Return the disposition of a file, and the rules of its findings."""
    shown = path.replace("C/", "C:\\", 1).replace("/", "\\")
    for verdict in report.verdicts:
        if verdict.subject.path == shown:
            return verdict.disposition, {finding.rule.id for finding in verdict.findings}
    raise AssertionError(shown)


@pytest.mark.parametrize("path", EXPECTED)
def test_a_shell_in_parts_is_found(path: str) -> None:
    expected = host("parts").expectations[path]
    disposition, rules = found(hunted("parts"), path)
    assert disposition is expected.disposition
    assert rules >= set(expected.rules)


@pytest.mark.parametrize("path", EXPECTED)
def test_the_twin_of_a_shell_in_parts_is_not_accused(path: str) -> None:
    disposition, rules = found(hunted("parts-twin"), path)
    assert disposition is host("parts-twin").expectations[path].disposition <= Disposition.UNEXPLAINED
    assert rules == set(host("parts-twin").expectations[path].rules)


@pytest.mark.parametrize("name", INCLUDES)
def test_an_include_that_does_nothing_alone_is_not_accused(name: str) -> None:
    assert found(hunted("parts"), f"C/inetpub/wwwroot/site/{name}")[0] <= Disposition.UNEXPLAINED


def test_each_page_has_its_twin() -> None:
    assert sorted(host("parts-twin").expectations) == EXPECTED


def test_other_processes_find_the_same() -> None:
    with open_executor(2) as executor:
        again = hunt(host("parts").source(), executor=executor)
    assert again.verdicts == hunted("parts").verdicts

"""A page that the list of its directory doesn't have, and that two detectors don't say one thing twice."""

from __future__ import annotations

from pathlib import Path

from tests.detectors.baseline_cases import AUTH, PAGE, V15, rules, verdict
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition


def test_a_page_that_no_build_ships(tmp_path: Path) -> None:
    found = verdict(tmp_path, rf"{AUTH}\status.aspx", PAGE)
    assert found.disposition is Disposition.SUSPICIOUS
    assert rules(found) == {"WSH6008"}


def test_where_no_list_covers_the_build_the_name_alone_is_a_hint(tmp_path: Path) -> None:
    found = verdict(tmp_path, rf"{AUTH}\status.aspx", PAGE, ())
    assert found.disposition is Disposition.UNEXPLAINED
    assert rules(found) == {"WSH6002"}


def test_a_shipped_name_in_another_directory_weighs_more(tmp_path: Path) -> None:
    found = verdict(tmp_path, rf"{AUTH}\TimeoutLogout.aspx", PAGE)
    assert rules(found) == {"WSH6004", "WSH6008"}  # intruders used this name too
    (finding,) = (each for each in found.findings if each.rule.id == "WSH6008")
    assert finding.severity is Severity.HIGH
    assert finding.facts["shipped_in"] == ("ecp/auth",)


def test_an_imitated_name_is_another_idea(tmp_path: Path) -> None:
    assert rules(verdict(tmp_path, rf"{AUTH}\logonn.aspx", PAGE)) == {"WSH6002", "WSH6008"}


def test_files_for_browsers_and_other_directories_are_nothing(tmp_path: Path) -> None:
    for path in (rf"{AUTH}\status.js", rf"{V15}\ClientAccess\mine\status.aspx", r"C:\inetpub\wwwroot\status.aspx"):
        assert verdict(tmp_path, path, PAGE).disposition is Disposition.BENIGN, path

"""Request values that PHP pages execute."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

VARIABLES, COMMAND, INCLUDE = (f"php_runs_request/{name}" for name in ("variables", "command", "include"))


def test_the_evidence_is_the_call_and_the_request_value() -> None:
    found = finding(VARIABLES, "WSH1050")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert [each.line for each in found.evidence] == [5, 4]
    assert "executes it as PHP" in found.message


@pytest.mark.parametrize(
    "name",
    ["'ass' . chr(101) . 'rt'", "strrev('tressa')", '"\\x61ssert"', "implode('', ['asse', 'rt'])"],
)
def test_the_name_may_be_put_together_in_any_way(name: str) -> None:
    assert findings(changed(VARIABLES, ("'as' . str_rot13('freg')", name)), "WSH1050")


@pytest.mark.parametrize("value", ["intval($_COOKIE['part'])", "'fixed'", "$unknown", "md5($_COOKIE['part'])"])
def test_a_value_that_is_not_the_visitors_is_no_finding(value: str) -> None:
    assert findings(changed(VARIABLES, ("opened($_COOKIE['part'])", value)), "WSH1050") == []


def test_a_comment_is_no_code() -> None:
    assert findings(changed(VARIABLES, ("$name($value);", "// $name($value);")), "WSH1050") == []


@pytest.mark.parametrize(
    ("value", "words"),
    [("'convert -quiet ' . trim(", "makes it a part of a command"), ("trim(", "runs it as a command")],
)
def test_a_value_in_a_command_is_run_by_its_interpreter(value: str, words: str) -> None:
    found = finding(changed(COMMAND, ("$do(urldecode(", f"$do({value}")), "WSH1050")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)
    assert words in found.message


def test_a_password_that_leaves_the_page() -> None:
    sent = ("$name($value);", "mail('a@example.org', '', $_POST['password']);")
    assert "a password" in finding(changed(VARIABLES, sent), "WSH1050").message
    assert findings(changed(VARIABLES, (sent[0], sent[1].replace("password", "comment"))), "WSH1050") == []


def test_a_path_with_a_folder_before_the_value_is_no_finding() -> None:
    assert findings(changed(INCLUDE, ("include $part", "include 'parts/' . $part")), "WSH1050") == []


def test_a_file_from_a_constant_list_is_of_medium_weight() -> None:
    asks = ("extract($_GET)", "$part = $_GET['part']")
    checks = ("isset($part)", "in_array($part, ['news', 'about'])")
    found = finding(changed(INCLUDE, asks, checks), "WSH1050")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    found = finding(changed(INCLUDE, asks), "WSH1050")
    assert found.severity is Severity.CRITICAL

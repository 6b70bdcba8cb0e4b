"""The route of a subject: proven by a witness, or only possible by its time."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import EVAL, finding, report, verdict
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Severity
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.content.subjects import Certainty, Route, accused, route_of
from webshellhunt.reports.options import Options

SHELL = verdict("C:/x.aspx", Disposition.MALICIOUS, finding())


def of_rule(rule: str, facts: dict[str, FactValue] | None = None) -> Verdict:
    return verdict("C:/y.aspx", Disposition.MALICIOUS, finding(replace(EVAL, id=rule), facts=facts))


def test_a_time_in_a_window_proves_nothing() -> None:
    dated = replace(SHELL, planting=Planting(None, "", "", waves=("ProxyLogon", "ProxyShell")))
    assert route_of(dated, {}) == Route("ProxyLogon or ProxyShell", Certainty.WINDOW)
    assert route_of(dated, {}).words == "in the window of ProxyLogon or ProxyShell"
    assert route_of(SHELL, {}).words == "unknown"


@pytest.mark.parametrize(
    ("rule", "name"),
    [("WSH2001", "ProxyLogon"), ("WSH2003", "Exchange PowerShell"), ("WSH7201", "a cmdlet of Exchange")],
)
def test_a_content_of_one_exploit_proves_it(rule: str, name: str) -> None:
    assert route_of(of_rule(rule), {}).words == f"{name} (proven)"
    attempt = of_rule(rule)
    attempt = replace(attempt, findings=(replace(attempt.findings[0], severity=Severity.MEDIUM),))
    assert route_of(attempt, {}) == Route()


def test_an_act_that_the_server_refused_is_no_route() -> None:
    assert route_of(of_rule("WSH7201", {"refused": True}), {}) == Route()
    assert route_of(of_rule("WSH7201", {"refused": None}), {}).words == "a cmdlet of Exchange (proven)"


@pytest.mark.parametrize(("result", "words"), [("proven", "proven"), ("succeeded", "likely"), ("possible", "likely")])
def test_an_exploit_is_its_own_route(result: str, words: str) -> None:
    trace = of_rule("WSH7001", {"exploit_name": "ProxyShell", "result": result})
    assert route_of(trace, {}).words == f"ProxyShell ({words})"


def test_the_logs_prove_the_route_of_the_page_that_they_name() -> None:
    facts: dict[str, FactValue] = {"exploit_name": "ProxyShell", "result": "proven", "planted_page": "C:/X.aspx"}
    first, *_ = accused(report(SHELL, of_rule("WSH7001", facts)), Options())
    assert first.route == Route("ProxyShell", Certainty.PROVEN)
    for other in ({**facts, "result": "succeeded"}, {**facts, "planted_page": None}):
        first, *_ = accused(report(SHELL, of_rule("WSH7001", other)), Options())
        assert first.route == Route()

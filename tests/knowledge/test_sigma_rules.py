"""Sigma rules for web servers as patterns."""

from __future__ import annotations

import pickle
import socket
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.exploit_rows import iis, tallies
from tests.builders.specimens import specimen
from webshellhunt.correlation.exploitation import find_exploitation
from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.knowledge import sigma_rules
from webshellhunt.knowledge.sigma_rules import SIGMA_ENDINGS, SigmaRules, load_sigma_rules
from webshellhunt.knowledge.users_files import iter_files
from webshellhunt.model.exploitation import Grade
from webshellhunt.model.traffic import LogKind

pytest.importorskip("sigma", reason="needs pySigma: the extra 'sigma'")

STEM = "{cs-uri-stem: '/abcd'}"
HEAD = """
title: a page of a campaign
id: 11111111-1111-4111-8111-111111111111
status: test
author: J. Doe
level: {level}
falsepositives: [nobody knows]
logsource:
    {source}
detection:
"""
RULE = """
    address:
        cs-method: POST
        cs-uri-stem|contains|all: ['/campaign/', 'page.aspx']
        sc-status: [200, 404]
    empty:
        cs-referer: null
    browser:
        c-useragent|startswith: Mozilla
        cs-uri-query|re: 'x=[0-9]+'
    condition: address and empty and not browser
"""


def write(folder: Path, detection: str = RULE, *, level: str = "high", source: str = "category: webserver") -> str:
    path = folder / "rule.yml"
    path.write_text(HEAD.format(level=level, source=source) + detection, encoding="utf-8")
    return str(path)


def load(*paths: str) -> SigmaRules:
    return load_sigma_rules(list(iter_files(paths, SIGMA_ENDINGS)))


def grade(path: str, *rows: str) -> Grade | None:
    """Return the grade of the requests that a rule finds, as it comes back from a worker."""
    loaded = pickle.loads(pickle.dumps(load(path)))
    assert loaded.refused == ()
    found = find_exploitation(tallies(rows, LogKind.IIS, loaded.exploits), loaded.exploits)
    return found[0].best.grade if found else None


def test_a_rule_finds_its_rows(tmp_path: Path) -> None:
    path = write(tmp_path)
    hit = iis("POST", "/Campaign/the/PAGE.aspx", 200, agent="curl/8")
    assert grade(path, hit) is Grade.POSSIBLE
    assert grade(path, hit.replace(" 200 0 0", " 404 0 0")) is Grade.ATTEMPTED
    assert grade(path, hit.replace(" 200 0 0", " 500 0 0")) is None
    assert grade(path, hit.replace("POST", "GET")) is None
    assert grade(path, iis("POST", "/campaign/page.aspx", 200, agent="curl/8", referer="https://a/")) is None
    assert grade(path, iis("POST", "/campaign/page.aspx", 200, "x=12")) is None
    assert grade(path, iis("POST", "/campaign/page.aspx", 200, "x=y")) is Grade.POSSIBLE
    assert grade(path, iis("POST", "/other/", 200, agent="curl/8")) is None


def test_a_rule_is_an_exploit_with_its_source(tmp_path: Path) -> None:
    (exploit,) = load(write(tmp_path)).exploits
    assert exploit.slug == "sigma-11111111-1111-4111-8111-111111111111"
    assert "J. Doe" in exploit.source
    assert exploit.false_alarms == ("nobody knows",)
    assert exploit.patterns[0].words == ("/campaign/",)


def test_a_planted_page_confirms_a_rule(tmp_path: Path) -> None:
    exploits = load(write(tmp_path)).exploits
    row = iis("POST", "/campaign/page.aspx", 200, agent="curl/8", at="2021-03-03 06:49:42")
    planted = [(datetime(2021, 3, 3, 6, 49, 50, tzinfo=UTC), "C:\\x.aspx")]
    (found,) = find_exploitation(tallies([row], LogKind.IIS, exploits), exploits, planted=planted)
    assert found.best.grade is Grade.SUCCEEDED


def test_a_low_level_is_never_more_than_an_attempt(tmp_path: Path) -> None:
    hit = iis("POST", "/campaign/page.aspx", 200, agent="curl/8")
    assert grade(write(tmp_path, level="low"), hit) is Grade.ATTEMPTED


@pytest.mark.parametrize(
    ("detection", "row", "found"),
    [
        ("k: ['=who*ami', 'other text']\n    condition: k", iis("GET", "/a", 200, "x=whoxxami"), True),
        ("k: ['=who*ami', 'other text']\n    condition: k", iis("GET", "/a", 200, "x=amiwho"), False),
        ("s: {cs-uri-query|contains: '/owa/'}\n    condition: s", iis("GET", "/owa/x", 200), True),
        ("s: {c-uri|endswith: 'x.aspx?a=b'}\n    condition: s", iis("GET", "/s/x.aspx", 200, "a=b"), True),
        ("s: {c-useragent: 'evil agent'}\n    condition: s", iis("GET", "/", 200, agent="evil+agent"), True),
        ("s: {cs-uri-stem: '/x?.aspx'}\n    condition: s", iis("GET", "/xy.aspx", 200), True),
        ("s: {cs-uri-stem: '/x?.aspx'}\n    condition: s", iis("GET", "/x.aspx", 200), False),
        ("s: {cs-uri-stem|cased|contains: '/ABCD'}\n    condition: s", iis("GET", "/abcd", 200), False),
        ("s: {cs-uri-stem: '/abcd', time-taken|gte: 31}\n    condition: s", iis("GET", "/abcd", 200), True),
        ("s: {cs-uri-stem: '/abcd', c-ip|cidr: '192.0.2.0/24'}\n    condition: s", iis("GET", "/abcd", 200), True),
        ("s: {cs-uri-stem: '/abcd', cs-referer|exists: true}\n    condition: s", iis("GET", "/abcd", 200), False),
        (f"s1: {STEM}\n    s2: {{cs-uri-stem: '/efgh'}}\n    condition: 1 of s*", iis("GET", "/efgh", 200), True),
        (f"s1: {STEM}\n    s2: {{cs-method: GET}}\n    condition: all of s*", iis("PUT", "/abcd", 200), False),
    ],
)  # fmt: skip
def test_parts_of_the_language(tmp_path: Path, detection: str, row: str, found: bool) -> None:
    assert (grade(write(tmp_path, f"    {detection}"), row) is not None) is found


@pytest.mark.parametrize(
    ("detection", "source", "words"),
    [
        (f"s: {STEM}\n    condition: s", "{category: process_creation, product: windows}", "no web server"),
        (f"s: {STEM}\n    condition: s", "{product: exchange, service: msexchange-management}", "the service"),
        ("s: {sc-status: 500}\n    condition: s", "{category: webserver}", "no text of 4 or more characters"),
        ("s: {cs-method: POST}\n    condition: s", "{category: webserver}", "no text of 4 or more characters"),
        ("s: {cs-uri-stem: '/abcd'}\n    condition: not s", "{category: webserver}", "no text of 4 or more characters"),
        ("s: {cs-uri-stem|expand: '%pages%'}\n    condition: s", "{category: webserver}", "placeholder"),
        ("s: {cs-uri-stem: '/abcd'}\n    condition: t", "{category: webserver}", ""),
        ("s: {cs-uri-stem|nothing: '/abcd'}\n    condition: s", "{category: webserver}", ""),
        ("s: {cs-uri-stem|re: '['}\n    condition: s", "{category: webserver}", ""),
    ],
)  # fmt: skip
def test_a_rule_is_refused_with_the_reason(tmp_path: Path, detection: str, source: str, words: str) -> None:
    path = write(tmp_path, f"    {detection}", source=source)
    loaded = load(path)
    assert loaded.exploits == ()
    assert len(loaded.refused) == 1
    assert loaded.refused[0].startswith(path)
    assert words in loaded.refused[0]


def test_a_correlation_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "many.yml"
    text = "title: many\ncorrelation:\n  type: event_count\n  rules: [x]\n  timespan: 1m\n  condition: {gte: 3}\n"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="this is no Sigma rule"):
        load(str(path))
    loaded = load(str(tmp_path))
    assert loaded.exploits == ()
    assert len(loaded.refused) == 1
    rule = HEAD.format(level="high", source="category: webserver") + RULE + "name: one\n"
    path.write_text(text.replace("[x]", "[one]") + "---" + rule, encoding="utf-8")
    loaded = load(str(path))
    assert len(loaded.exploits) == 1
    assert "no correlations" in loaded.refused[0]


@pytest.mark.parametrize("content", [b"a: [", b"- 1", b"\xff\xfe", b"just text", b"{}"])
def test_a_file_without_a_rule(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.yml"
    path.write_bytes(content)
    try:
        assert load(str(path)).exploits == ()
    except UsageError as error:
        assert error.path == str(path)  # noqa: PT017


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such file"):
        load(str(tmp_path / "none.yml"))
    with pytest.raises(UsageError, match="no file that ends with"):
        load(str(tmp_path))


def test_without_pysigma_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, RULE)
    monkeypatch.setattr(sigma_rules, "find_spec", lambda name: None)
    assert load().exploits == ()
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[sigma\]"):
        load(path)


def test_no_rule_asks_the_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    path = write(tmp_path, RULE + "tags: [attack.t1190, attack.initial-access, cve.2021-26855]\n")
    assert len(load(path).exploits) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=120))
def test_any_text_is_a_rule_or_an_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.yml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        load(str(path))
    except UsageError as error:
        assert error.path == str(path)  # noqa: PT017


def test_rules_of_sigmahq_are_read() -> None:
    folder = specimen("SigmaHQ+sigma")
    loaded = load(str(folder))
    others = [each for each in loaded.refused if "no web server" not in each and "the service" not in each]
    assert len(loaded.exploits) > 10 * len(others)
    row = iis("POST", "/owa/user@example.com/powershell", 200)
    titles = {
        each.exploit.name for each in find_exploitation(tallies([row], LogKind.IIS, loaded.exploits), loaded.exploits)
    }
    assert any("OWASSRF" in title for title in titles)

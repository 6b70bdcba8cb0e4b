"""Sigma rules: pySigma reads them and its own validators, with the ATT&CK tags, find nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pivot.cases import case_with, demo_case, hostile_hosts, judged
from webshellhunt.knowledge.attack_techniques import load_techniques
from webshellhunt.knowledge.sigma_check import problems_of
from webshellhunt.model.places import Url
from webshellhunt.model.report import Report
from webshellhunt.model.traffic import Count, Use
from webshellhunt.model.verdict import Verdict
from webshellhunt.pivot.case import case_of
from webshellhunt.pivot.sigma_rules import sigma_rules, yaml_text
from webshellhunt.saved_reports import SavedReport

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")
pytest.importorskip("sigma", reason="pySigma is not installed")


def _placed(path: str, *urls: str, use: Use | None = None) -> Verdict:
    verdict = judged("request_reaches_eval/jscript-net")
    subject = replace(verdict.subject, path=path, urls=tuple(Url(each) for each in urls))
    return replace(verdict, subject=subject, use=use)


def test_each_shell_of_the_demo_has_two_rules() -> None:
    product = sigma_rules(demo_case())
    assert product.made == 16
    assert all(10 <= len(name.rpartition("/")[2]) <= 90 for name in product.files)
    assert problems_of("---\n".join(product.files.values())) == ()


def test_the_technique_is_in_the_shipped_table() -> None:
    assert load_techniques()["T1505.003"] == "Server Software Component: Web Shell"


def test_the_rules_name_path_address_and_method() -> None:
    use = Use(3, 3, 3, None, None, methods=(Count("POST", 3),))
    product = sigma_rules(case_with(_placed("C:\\inetpub\\wwwroot\\x.aspx", "https://*/x%20y/x.aspx", use=use)))
    created, requested = (yaml.safe_load(text) for text in product.files.values())
    assert created["detection"]["selection"] == {"TargetFilename|endswith": ["\\inetpub\\wwwroot\\x.aspx"]}
    assert created["logsource"] == {"category": "file_event", "product": "windows"}
    assert created["tags"] == ["attack.persistence", "attack.t1505.003"]
    assert created["status"] == "experimental"
    selection = requested["detection"]["selection"]
    assert selection == {"cs-uri-stem|endswith": ["/x+y/x.aspx"], "cs-method": "POST"}
    assert requested["detection"]["filter_missing"] == {"sc-status": 404}


def test_a_page_that_honest_servers_have_needs_the_key() -> None:
    product = sigma_rules(case_with(_placed("C:\\inetpub\\wwwroot\\default.aspx", "https://*/default.aspx")))
    [requested] = (yaml.safe_load(text) for text in product.files.values())
    assert requested["detection"]["selection"]["cs-uri-query|contains"]
    assert "honest servers" in product.left_out[0]


def test_a_path_that_is_none_of_windows_makes_no_rule() -> None:
    product = sigma_rules(case_with(_placed("C:\\inetpub\\*?\\x.aspx")))
    assert product.files == {}
    assert len(product.left_out) == 2


def test_equal_reports_make_equal_rules() -> None:
    assert sigma_rules(demo_case()).files == sigma_rules(demo_case()).files


@given(hostile_hosts)
def test_hostile_reports_make_valid_rules(report: Report) -> None:
    for text in sigma_rules(case_of([SavedReport(report)])).files.values():
        assert problems_of(text) == ()
        assert text.isascii()


_texts = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    [
        "yes",
        "null",
        "~",
        "1e3",
        "0x1",
        "- a",
        "a: b",
        "#x",
        "&a",
        "*a",
        "!x",
        "%x",
        "@x",
        "`x",
        "'",
        '"',
        "\\",
        "2020-01-01",
        "\u2028",
    ]
)
_values = st.recursive(
    _texts | st.integers(0, 10**9) | st.lists(_texts, min_size=1, max_size=3),
    lambda inner: st.dictionaries(_texts.filter(bool), inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_texts.filter(bool), _values, min_size=1, max_size=4))
def test_what_is_written_is_read(value: dict[str, Any]) -> None:
    text = yaml_text(value)
    assert text.isascii()
    assert yaml.safe_load(text) == value


def test_a_list_in_a_list_is_refused() -> None:
    with pytest.raises(TypeError):
        yaml_text({"a": [["b"]]})

"""The checks of written Sigma rules, also with pySigma's check of ATT&CK tags on the shipped table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.pivot.cases import demo_case
from webshellhunt.errors import MissingDependencyError
from webshellhunt.knowledge import sigma_check
from webshellhunt.knowledge.attack_techniques import load_techniques
from webshellhunt.knowledge.sigma_check import problems_of
from webshellhunt.pivot.sigma_rules import sigma_rules

pytest.importorskip("sigma", reason="pySigma is not installed")

RULE = """\
title: A rule
id: 51224764-ec73-55e9-9fa3-1ff27a3b271e
status: experimental
logsource:
    category: webserver
detection:
    selection:
        cs-uri-stem|endswith: "/x.aspx"
    condition: selection
"""


def test_a_valid_rule_has_no_problem() -> None:
    assert problems_of(RULE) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("condition: selection", "condition: another"),
        ("condition: selection", "condition: '('"),
        ("id: 51224764-ec73-55e9-9fa3-1ff27a3b271e\n", ""),
        ('"/x.aspx"', '"/**x.aspx"'),
        ("title: A rule", "title: [1"),
        ("status: experimental", "status: other"),
    ],
)
def test_a_wrong_rule_has_one(old: str, new: str) -> None:
    assert problems_of(RULE.replace(old, new))


def test_no_data_is_downloaded() -> None:
    from sigma.validators.core import validators

    assert set(validators) >= sigma_check.NEEDS_DATA


def test_the_attack_tags_are_valid_by_pysigma(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from sigma.data import mitre_attack

    techniques = [
        {
            "type": "attack-pattern",
            "name": name,
            "external_references": [{"source_name": "mitre-attack", "external_id": key}],
        }
        for key, name in load_techniques().items()
    ]
    tactic = {
        "type": "x-mitre-tactic",
        "x_mitre_shortname": "persistence",
        "external_references": [{"source_name": "mitre-attack", "external_id": "TA0003"}],
    }
    (tmp_path / "attack.json").write_text(json.dumps({"objects": [*techniques, tactic]}), encoding="utf-8")
    monkeypatch.setattr(mitre_attack, "_custom_url", str(tmp_path / "attack.json"))
    monkeypatch.setattr(mitre_attack, "_custom_cache_dir", tmp_path / "cache")
    monkeypatch.setattr(mitre_attack, "_cache", None)
    text = "---\n".join(sigma_rules(demo_case()).files.values())
    assert problems_of(text, left_out=frozenset({"d3_fendtag"})) == ()
    assert problems_of(text.replace("t1505.003", "t9999.999"), left_out=frozenset({"d3_fendtag"}))
    mitre_attack._get_cache().close()


def test_a_missing_package_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sigma_check, "find_spec", lambda _: None)
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[sigma\]"):
        problems_of(RULE)

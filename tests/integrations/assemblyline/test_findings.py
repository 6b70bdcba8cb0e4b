"""The parts of a verdict for Assemblyline: short, defanged, and with tags; without Assemblyline itself."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given

import webshellhunt as wsh
from integrations.assemblyline.webshellhunt_al.findings import (
    LONGEST_TEXT,
    MOST_FINDINGS,
    Heuristic,
    reasons,
    shown_findings,
)
from tests.reports.cases import SHELL
from tests.reports.strategies import reports
from webshellhunt.signatures.catalog import load_catalog

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

MANIFEST = Path(__file__).parents[3] / "integrations" / "assemblyline" / "service_manifest.yml"


def test_a_shell_has_rules_techniques_and_tags() -> None:
    shown = {each.rule: each for each in shown_findings(wsh.examine(SHELL.encode(), path="x.aspx"))}
    found = shown["WSH1001"]
    assert found.heuristic is Heuristic.DATA_FLOW
    assert found.techniques == ("T1505.003",)
    assert ("file.rule.webshellhunt", "WSH1001") in found.tags
    assert ("file.string.extracted", "orange") in found.tags
    assert found.facts["request_key"] == "orange"


def test_excerpts_are_defanged() -> None:
    verdict = wsh.examine(SHELL.encode(), path="x.aspx")
    text = json.dumps([each._asdict() for each in shown_findings(verdict)], ensure_ascii=False)
    assert load_catalog().scan(text.encode(), path="result.json") == []
    assert "eval(Request" not in text


@pytest.mark.parametrize("name", ["findings", "reasons"])
@given(report=reports)
def test_hostile_texts_become_short_lines(name: str, report: wsh.Report) -> None:
    for verdict in report.verdicts:
        lines = reasons(verdict)
        if name == "findings":
            shown = shown_findings(verdict)
            assert len(shown) <= MOST_FINDINGS
            lines = [text for each in shown for text in (each.title, *each.lines, *each.facts.values())]
        for each in lines:
            assert each.isprintable()
            assert len(each) <= LONGEST_TEXT + 100
            each.encode()


@given(report=reports)
def test_tags_are_text_and_addresses_are_whole(report: wsh.Report) -> None:
    for verdict in report.verdicts:
        for kind, value in (tag for each in shown_findings(verdict) for tag in each.tags):
            assert value.isprintable()
            assert kind != "network.static.uri" or re.fullmatch(r"https?://[!-~]+", value, re.IGNORECASE)


def test_the_manifest_has_each_heuristic() -> None:
    manifest = yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))
    assert {each["heur_id"] for each in manifest["heuristics"]} == {each.value for each in Heuristic}
    scores = {each["heur_id"]: each["score"] for each in manifest["heuristics"]}
    assert [scores[number] for number in (1, 2, 3, 4)] == [1000, 500, 50, 0]
    assert all(scores[number] == 0 for number in scores if number > 10)
    assert manifest["config"]["seconds_per_file"] <= manifest["timeout"] / 2

"""Severities and confidences compare, and have a word each."""

from __future__ import annotations

import pytest

from webshellhunt.model.rules import Confidence, Rule, Severity


@pytest.mark.parametrize("scale", [Severity, Confidence])
def test_a_scale_is_in_order_and_its_words_differ(scale: type[Severity] | type[Confidence]) -> None:
    assert len({each.label for each in scale}) == len(scale)
    assert sorted(scale) == list(scale) or sorted(scale, reverse=True) == list(scale)


def test_critical_is_worse_than_high() -> None:
    assert Severity.CRITICAL > Severity.HIGH
    assert Confidence.HIGH > Confidence.LOW


def test_a_rule_is_a_detector_unless_it_says_otherwise() -> None:
    rule = Rule(id="WSH1001", slug="a-b", title="A b", severity=Severity.LOW, confidence=Confidence.LOW)
    assert rule.origin == "detector"

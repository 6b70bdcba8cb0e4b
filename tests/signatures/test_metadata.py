from __future__ import annotations

import pytest

from webshellhunt.errors import SignatureError
from webshellhunt.model.rules import Confidence, RuleOrigin, Severity
from webshellhunt.signatures.hits import MetaValue, RuleHead, SignatureHit
from webshellhunt.signatures.metadata import REQUIRED, own_rule, public_rule

GOOD: dict[str, MetaValue] = {
    "id": "WSH9999",
    "severity": "high",
    "confidence": "medium",
    "technique": "T1505.003 T1059",
    "description": "A page does what it should not.",
    "reference": "https://example.org/a https://example.org/b",
    "date": "2026-11-24",
}


def test_an_own_rule_becomes_a_rule() -> None:
    rule = own_rule(RuleHead("page_does_wrong", (), {**GOOD, "blind": "Much."}), "signatures/x.yar")
    assert (rule.id, rule.slug, rule.title) == ("WSH9999", "page-does-wrong", "A page does what it should not.")
    assert (rule.severity, rule.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert rule.techniques == ("T1505.003", "T1059")
    assert rule.references == ("https://example.org/a", "https://example.org/b")
    assert (rule.origin, rule.source) == (RuleOrigin.SIGNATURE, "signatures/x.yar")
    assert "Blind spots: Much." in rule.page


@pytest.mark.parametrize("key", REQUIRED)
def test_a_missing_field_is_a_breach(key: str) -> None:
    for meta in ({k: v for k, v in GOOD.items() if k != key}, {**GOOD, key: " "}):
        with pytest.raises(SignatureError, match=key) as caught:
            own_rule(RuleHead("r", (), meta), "signatures/x.yar")
        assert caught.value.path == "signatures/x.yar"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", "WSH1001"),
        ("id", "WSH90001"),
        ("severity", "awful"),
        ("confidence", "critical"),
        ("technique", "web shell"),
        ("reference", "http://example.org"),
        ("date", "24.11.2026"),
    ],
)
def test_a_malformed_field_is_a_breach(key: str, value: str) -> None:
    with pytest.raises(SignatureError, match="rule r "):
        own_rule(RuleHead("r", (), {**GOOD, key: value}), "x.yar")


@pytest.mark.parametrize(
    ("score", "severity", "confidence"),
    [
        (100, Severity.HIGH, Confidence.MEDIUM),
        (75, Severity.HIGH, Confidence.MEDIUM),
        ("80", Severity.HIGH, Confidence.MEDIUM),
        (74, Severity.MEDIUM, Confidence.MEDIUM),
        (60, Severity.MEDIUM, Confidence.MEDIUM),
        (59, Severity.LOW, Confidence.LOW),
        ("very", Severity.MEDIUM, Confidence.MEDIUM),
        (None, Severity.MEDIUM, Confidence.MEDIUM),
    ],
)
def test_the_score_of_a_public_rule_says_how_bad(
    score: MetaValue | None, severity: Severity, confidence: Confidence
) -> None:
    meta = {} if score is None else {"score": score}
    rule = public_rule(SignatureHit("/rules/gen_shells.yar", "WEBSHELL_Generic_1", meta=meta))
    assert (rule.severity, rule.confidence) == (severity, confidence)
    assert (rule.id, rule.slug, rule.title) == ("WEBSHELL_Generic_1", "webshell-generic-1", "WEBSHELL_Generic_1")
    assert (rule.origin, rule.source) == (RuleOrigin.PUBLIC_SIGNATURE, "gen_shells.yar")


def test_a_public_rule_keeps_its_description_and_address() -> None:
    hit = SignatureHit("C:\\r\\a.yar", "R", meta={"description": "Finds it", "reference": "https://example.org/x"})
    rule = public_rule(hit)
    assert (rule.title, rule.references, rule.source) == ("Finds it", ("https://example.org/x",), "a.yar")
    assert public_rule(SignatureHit("a", "R", meta={"reference": "internal research"})).references == ()

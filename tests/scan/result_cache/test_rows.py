"""Rows: a result comes back exactly as it was, or no row is made of it."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.findings import Act, Evidence, Finding, Gap, Secret, Span
from webshellhunt.model.rules import Confidence, Remedy, Rule, RuleOrigin, Severity
from webshellhunt.model.verdict import WorkerResult
from webshellhunt.scan.result_cache.rows import MOST_BYTES, Asked, KeptResult, read_row, write_row

DIGEST = "0" * 64
_TEXTS = st.text(st.characters(), max_size=12) | st.just("\ud83d\ude00 \U0001f600 \udc80\x00\r\n")
_NUMBERS = st.integers(0, 2**40)
_SPANS = st.builds(Span, _NUMBERS, _NUMBERS)
_ACTS = st.builds(Act, _TEXTS, _TEXTS, _SPANS)
_SECRETS = st.none() | st.lists(st.builds(Secret, _NUMBERS, _NUMBERS, _TEXTS), max_size=2).map(tuple)
_EVIDENCE = st.builds(Evidence, _TEXTS, _TEXTS, _SPANS, _NUMBERS, _NUMBERS, _TEXTS, _SECRETS, st.none() | _ACTS, _TEXTS)
_FACTS = st.dictionaries(
    _TEXTS, _TEXTS | st.integers(-(2**63), 2**63) | st.booleans() | st.none() | st.lists(_TEXTS, max_size=2).map(tuple)
)
_WORDS = st.lists(_TEXTS, max_size=2).map(tuple)
_RULES = st.builds(
    Rule,
    id=_TEXTS,
    slug=_TEXTS,
    title=_TEXTS,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    techniques=_WORDS,
    references=_WORDS,
    origin=st.sampled_from(RuleOrigin),
    source=_TEXTS,
    page=_TEXTS,
    settled_by=_TEXTS,
    is_tool=st.booleans(),
    acts_in_browser=st.booleans(),
    is_known_content=st.booleans(),
    is_of_place=st.booleans(),
    survives_baseline=st.booleans(),
    remedy=st.sampled_from(Remedy),
)
_FINDINGS = st.builds(
    Finding,
    rule=_RULES,
    message=_TEXTS,
    severity=st.sampled_from(Severity),
    confidence=st.sampled_from(Confidence),
    evidence=st.lists(_EVIDENCE, max_size=2).map(tuple),
    facts=_FACTS,
    dormant=st.booleans(),
    acts=st.lists(_ACTS, max_size=2).map(tuple),
)
_GAPS = st.builds(Gap, _TEXTS, _TEXTS, _TEXTS, _TEXTS, st.booleans())
_SOME = st.lists(_FINDINGS, max_size=2).map(tuple)
_RESULTS = st.builds(
    WorkerResult,
    st.just(DIGEST),
    st.booleans(),
    _SOME,
    st.lists(_GAPS, max_size=2).map(tuple),
    st.none(),
    _SOME,
)
_ASKED = st.builds(Asked, st.lists(st.tuples(_TEXTS, _TEXTS, _TEXTS), max_size=3).map(tuple), st.text(max_size=4))


def parts(result: WorkerResult) -> str:
    """Return a result with the parts that its comparison leaves out."""
    shown = ((each, each.acts, each.evidence, tuple(each.facts.items())) for each in (*result.findings, *result.quoted))
    acts = ((at.act, at.section) for each in (*result.findings, *result.quoted) for at in each.evidence)
    return repr((list(shown), list(acts)))


@given(_RESULTS, _ASKED)
def test_a_result_comes_back_exactly(result: WorkerResult, asked: Asked) -> None:
    kept = KeptResult(result, asked)
    body = write_row(kept)
    assert body is not None
    again = read_row(body, DIGEST)
    if body in (b"{}", b'{"executable":true}'):
        assert not asked.dependencies  # nothing was asked, so that no answer counts
        kept = KeptResult(result)
    assert again == kept
    assert parts(again.outcome) == parts(result)


def finding(**changes: Any) -> Finding:
    rule = Rule(id="WSH1", slug="s", title="t", severity=Severity.HIGH, confidence=Confidence.HIGH)
    return replace(Finding(rule, "m", Severity.HIGH, Confidence.HIGH), **changes)


@pytest.mark.parametrize(
    "facts",
    [{"a": 1.5}, {"a": ["x"]}, {"a": {"b": 1}}, {"a": 2**70}, {"a": ("x", 1)}, {"a": Severity.HIGH}, {1: "x"}],
)
def test_a_finding_that_would_change_is_not_kept(facts: dict[Any, Any]) -> None:
    assert write_row(KeptResult(WorkerResult(DIGEST, False, (finding(facts=facts),)))) is None


def test_a_result_that_is_too_large_is_not_kept() -> None:
    assert write_row(KeptResult(WorkerResult(DIGEST, False, (), (Gap("c", "s", "p", "x" * MOST_BYTES),)))) is None


def test_a_row_with_findings_has_no_text_that_antivirus_would_know() -> None:
    body = write_row(KeptResult(WorkerResult(DIGEST, False, (finding(message="a shell's words" * 9),))))
    assert body is not None
    assert b"words" not in body


@pytest.mark.parametrize(
    "body", [b"", b"x", b"[]", b"{", b'{"findings":[{}]}', b'{"asked":[1]}', zlib.compress(b"x" * (MOST_BYTES + 1))]
)
def test_what_is_no_row_is_an_error_of_a_few_kinds(body: bytes) -> None:
    with pytest.raises((ValueError, TypeError, LookupError, AttributeError)):
        read_row(body, DIGEST)

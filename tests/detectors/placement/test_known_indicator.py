"""Content that is a published indicator: no fixture holds such content, so each test publishes its own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from webshellhunt.detectors.placement import known_indicator
from webshellhunt.knowledge.indicators import Indicator, Indicators
from webshellhunt.model.findings import Finding, Span
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import examine

CONTENT = b"<p>Good morning</p>\r\n"
DIGESTS = {name: hashlib.new(name, CONTENT).hexdigest() for name in ("sha256", "sha1", "md5")}
Publish = Callable[[str, str], None]


@pytest.fixture
def publish(monkeypatch: pytest.MonkeyPatch) -> Publish:
    def published(kind: str, value: str) -> None:
        indicator = Indicator(kind, value, "A campaign", "An advisory")
        monkeypatch.setattr(known_indicator, "load_indicators", lambda: Indicators({value: indicator}, {}, {}))

    return published


def _found(verdict: Verdict) -> list[Finding]:
    return [finding for finding in verdict.findings if finding.rule is known_indicator.RULE]


@pytest.mark.parametrize("kind", ["sha256", "sha1", "md5"])
def test_a_digest_of_any_kind_decides(kind: str, publish: Publish) -> None:
    publish(kind, DIGESTS[kind])
    verdict = examine(CONTENT, path="inetpub/wwwroot/page.aspx")
    assert verdict.disposition is Disposition.MALICIOUS
    (finding,) = _found(verdict)
    assert finding.facts == {
        "campaign": "A campaign",
        "indicator": f"{kind}:{DIGESTS[kind]}",
        "source": "An advisory",
    }
    assert finding.evidence[0].span == Span(0, len(CONTENT))


@pytest.mark.parametrize("kind", ["sha256", "sha1", "md5"])
def test_one_changed_byte_is_another_content(kind: str, publish: Publish) -> None:
    publish(kind, DIGESTS[kind])
    assert _found(examine(CONTENT + b" ", path="inetpub/wwwroot/page.aspx")) == []


@pytest.mark.parametrize(("kind", "found"), [("sha256", True), ("sha1", False), ("md5", False)])
def test_a_file_for_browsers_is_known_by_a_strong_digest_alone(kind: str, found: bool, publish: Publish) -> None:
    publish(kind, DIGESTS[kind])
    assert bool(_found(examine(CONTENT, path="inetpub/wwwroot/greet.JS"))) is found


def test_content_that_is_known_to_be_good_is_no_indicator(publish: Publish) -> None:
    publish("known_good_sha256", DIGESTS["sha256"])
    assert examine(CONTENT, path="inetpub/wwwroot/page.aspx").disposition is Disposition.BENIGN


def test_a_file_of_a_list_that_mixes_malware_and_tools_convicts_nobody(publish: Publish) -> None:
    publish("listed_sha256", DIGESTS["sha256"])
    verdict = examine(CONTENT, path="inetpub/wwwroot/page.aspx")
    assert verdict.disposition is Disposition.UNEXPLAINED
    (finding,) = _found(verdict)
    assert finding.message == "this content is in a list of an intrusion's files (A campaign) that includes tools"


def test_the_day_of_the_source_is_told_where_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    indicator = Indicator("sha256", DIGESTS["sha256"], "A campaign", "An advisory", "2026-05-19")
    known = Indicators({indicator.value: indicator}, {}, {})
    monkeypatch.setattr(known_indicator, "load_indicators", lambda: known)
    (finding,) = _found(examine(CONTENT, path="inetpub/wwwroot/page.aspx"))
    assert finding.facts["source_date"] == "2026-05-19"

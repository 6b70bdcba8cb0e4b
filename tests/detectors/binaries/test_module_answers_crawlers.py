"""Modules with the texts of search engine fraud, and honest ones with some of them."""

from __future__ import annotations

import pytest

from tests.builders.images import image
from tests.builders.signed import TIME_STAMPING, identity, pin, signed_image
from webshellhunt.model.findings import Finding
from webshellhunt.pipeline import examine

CRAWLERS = ["Googlebot", "bingbot", "Baiduspider"]
FRAUD = [*CRAWLERS, "Referer", "google.com", "baidu.com"]


def told(data: bytes) -> list[Finding]:
    return [each for each in examine(data, path="tools/x.dll").findings if each.rule.id == "WSH5031"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (FRAUD, "search engines in the referrer"),
        ([text.encode("utf-16-le").decode("latin-1") for text in FRAUD], "search engines in the referrer"),
        ([*CRAWLERS[:2], "http://%s/jump.php?domain=%s&path=%s"], "http://%s/jump.php?domain=%s"),
        ([*CRAWLERS[:2], "https://x.example/?d=%s"], "https://x.example/?d=%s"),
    ],
)
def test_texts_of_fraud(texts: list[str], words: str) -> None:
    (finding,) = told(image("RegisterModule", texts=texts))
    assert words in finding.message
    assert told(image("Other", texts=texts)) == []


@pytest.mark.parametrize(
    "texts",
    [CRAWLERS, ["Googlebot", "Referer", "google.com", "bing.com"], ["http://%s/?domain=%s"], [*CRAWLERS, "Referer"]],
)
def test_some_of_them_are_honest(texts: list[str]) -> None:
    assert told(image("RegisterModule", texts=texts)) == []


def test_a_product_is_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    root = pin(monkeypatch)
    by, stamp = identity("Maker", "Maker Ltd", root), identity("Stamp", "Tests", root, TIME_STAMPING)
    assert told(signed_image(image("RegisterModule", texts=FRAUD), by, stamp=stamp)) == []

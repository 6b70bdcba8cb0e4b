"""The driver of a headless browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.chromium import ChromiumError, chromium, find_chromium

BROWSER = find_chromium()


@pytest.mark.skipif(BROWSER is None, reason="needs Chromium, on a system other than Windows")
def test_a_page_is_opened_and_its_complaints_are_seen(tmp_path: Path) -> None:
    assert BROWSER is not None
    path = tmp_path / "x.html"
    path.write_text("<title>t</title><p>ä<script>console.error('bad')</script>", encoding="utf-8")
    with chromium(BROWSER) as browser:
        page = browser.page()
        page.look(width=300, height=200)
        page.open(path)
        assert page.evaluate("document.title") == "t"
        assert any("bad" in each for each in page.complaints())
        assert page.requests() == []
        assert page.picture().startswith(b"\x89PNG")
        with pytest.raises(ChromiumError, match="nothing"):
            page.call("Page.nothing")
        with pytest.raises(ChromiumError, match="Oops"):
            page.evaluate("throw new Error('Oops')")


def test_a_browser_that_is_no_browser_is_an_error() -> None:
    if BROWSER is None:
        pytest.skip("not on Windows")
    with pytest.raises((ChromiumError, BrokenPipeError)), chromium("/bin/true") as browser:
        browser.page()

"""Quotation marks and brackets, however they are spelt."""

from __future__ import annotations

import re

import pytest

from webshellhunt.secrets.spelling import CLOSE, CONFIDENTIAL, GLUE, MARK, OPEN


@pytest.mark.parametrize("mark", ['"', "'", '\\"', "&quot;", "&amp;quot;", "&#34;", "&#x22;", "\\u0022", "%22"])
def test_every_spelling_of_a_mark(mark: str) -> None:
    assert re.fullmatch(MARK, mark, re.IGNORECASE)
    assert re.fullmatch(GLUE, f"{mark} + {mark}", re.IGNORECASE)


def test_brackets_and_names() -> None:
    assert re.fullmatch(OPEN, "&amp;lt;")
    assert re.fullmatch(CLOSE, "&gt;")
    assert re.search(CONFIDENTIAL, "ApiKey api_key", re.IGNORECASE)
    assert not re.search(CONFIDENTIAL, "keyboard", re.IGNORECASE)

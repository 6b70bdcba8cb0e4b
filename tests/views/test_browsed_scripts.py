"""Browsed scripts: pages that ask for a password, and those that don't."""

from __future__ import annotations

import pytest

from tests.views.test_sample import sample
from webshellhunt.views.browsed_scripts import browsed_scripts

FORM = '<form><input type="password" name="p"></form><script>var a = 1;</script>'


@pytest.mark.parametrize(("text", "path", "is_read"), [(FORM, "x.htm", True), ("<p>text</p>", "x.htm", False)])
def test_a_page_without_a_password_is_not_read(text: str, path: str, is_read: bool) -> None:
    opened = sample(text, path)
    (layer,) = opened.layers
    assert (browsed_scripts(opened, text, layer.folded) is not None) == is_read

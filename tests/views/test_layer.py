"""A layer and its views."""

from __future__ import annotations

import pytest

from tests.views.test_sample import SHELL, sample
from webshellhunt.model.findings import Span
from webshellhunt.views.layer import browsed_scripts, opaque

FORM = '<form><input type="password" name="p"></form><script>var a = 1;</script>'


def test_evidence_has_the_line_and_the_bytes_of_the_file() -> None:
    (layer,) = sample(SHELL).layers
    at = SHELL.index("Req")
    found = layer.evidence(at, at + 7)
    assert (found.line, found.column) == (2, SHELL.split("\n")[1].index("Req") + 1)
    assert SHELL.encode()[found.span.start : found.span.end] == b"Request"


def test_html_has_no_code() -> None:
    (layer,) = sample("<p>text</p>").layers
    assert (layer.has_code, layer.acts, layer.codes) == (False, False, ())


@pytest.mark.parametrize(("text", "path", "is_read"), [(FORM, "x.htm", True), ("<p>text</p>", "x.htm", False)])
def test_a_page_without_a_password_is_not_read(text: str, path: str, is_read: bool) -> None:
    opened = sample(text, path)
    (layer,) = opened.layers
    assert (browsed_scripts(opened, text, layer.folded) is not None) == is_read


def test_all_of_an_opaque_step_comes_from_one_range() -> None:
    assert opaque(Span(3, 9), 0, 1) == opaque(Span(3, 9), 5, 6) == Span(3, 9)

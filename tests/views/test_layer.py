"""A layer and its views."""

from __future__ import annotations

from tests.views.test_sample import SHELL, sample


def test_evidence_has_the_line_and_the_bytes_of_the_file() -> None:
    (layer,) = sample(SHELL).layers
    at = SHELL.index("Req")
    found = layer.evidence(at, at + 7)
    assert (found.line, found.column) == (2, SHELL.split("\n")[1].index("Req") + 1)
    assert SHELL.encode()[found.span.start : found.span.end] == b"Request"


def test_html_has_no_code() -> None:
    (layer,) = sample("<p>text</p>").layers
    assert (layer.has_code, layer.acts, layer.codes) == (False, False, ())

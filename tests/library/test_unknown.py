"""Functions that nobody knows: the visitor's text in their results, and what their names say of it."""

from __future__ import annotations

import pytest

from webshellhunt.core.values import Label, Parts, Some
from webshellhunt.library.unknown import unknown_result

VISITOR = Some("text", frozenset({Label("visitor", "Request", "k")}))
VBSCRIPT, JSCRIPT = 0, 1


@pytest.mark.parametrize(
    ("unit", "name", "form"),
    [
        (VBSCRIPT, "clean", "found"),
        (VBSCRIPT, "Base64Decode", ""),
        (VBSCRIPT, "HTMLEncode", "encoded"),
        (JSCRIPT, "clean", "answer"),
        (JSCRIPT, "parseQuery", ""),
        (JSCRIPT, "escape", "encoded"),
    ],
)
def test_the_name_says_what_is_done_with_a_text(unit: int, name: str, form: str) -> None:
    assert unknown_result(unit, name, None, [VISITOR]) == Some("", VISITOR.labels, form=form)


def test_a_result_of_known_values_is_nobodys() -> None:
    assert unknown_result(VBSCRIPT, "clean", None, ["a", 1]) == Some("")


def test_members_of_what_a_visitor_selects_are_selected() -> None:
    found = Some("", VISITOR.labels, form="found")
    answer = Some("", VISITOR.labels, form="answer")
    assert unknown_result(VBSCRIPT, "name", found, []).form == "found"
    assert unknown_result(JSCRIPT, "result", answer, []).form == "answer"
    assert unknown_result(JSCRIPT, "name", answer, []).form == "found"
    assert unknown_result(VBSCRIPT, "Files", VISITOR, []).form == "found"
    assert unknown_result(JSCRIPT, "name", VISITOR, []).form == ""
    assert unknown_result(JSCRIPT, "clean", None, [found]).form == "found"


def test_a_file_in_a_folder_of_the_site_is_not_the_visitors() -> None:
    path = Parts(("templates/", VISITOR, ".htm"))
    assert unknown_result(VBSCRIPT, "LoadTemplate", None, [path]) == Some("text")
    assert unknown_result(VBSCRIPT, "LoadTemplate", None, [VISITOR]).labels == VISITOR.labels
    assert unknown_result(JSCRIPT, "loadTemplate", None, [path]).labels == VISITOR.labels

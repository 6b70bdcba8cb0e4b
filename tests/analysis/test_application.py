"""The sources of an application: which of them a page uses, and that they are read once."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.application import MOST_TOKENS, Application, application_of
from webshellhunt.memo import Memo

TEXTS = [
    "class A { public static void Go(string a) { B.Go(a); } }",
    "class B { public static void Go(string a) { System.Diagnostics.Process.St·art(a); } class Inner { } }",
    'class C { string Ask() { return HttpContext.Current.Requ·est["k"]; } }',
    "static class D { public static string Cut(this string a) { return a; } }",
    "class E : A { }",
]


def application(texts: Sequence[str] = TEXTS) -> Application:
    return Application([unit_of(each, "c#") for each in texts], "c#", "")


def used(code: str) -> list[int]:
    return application().used_by([unit_of(code, "c#").tokens])[1]


def test_a_page_uses_the_classes_that_it_names_and_those_that_these_name() -> None:
    assert used("x = 1;") == []
    assert used("B.Go(x);") == [1]
    assert used("A.Go(x);") == [0, 1]
    assert used("new E();") == [0, 1, 4]
    assert used("x.Cut();") == [3]


def test_names_of_visual_basic_have_no_case() -> None:
    found = Application([unit_of("Module Tools\nSub Go(a)\nEnd Sub\nEnd Module", "vb")], "vb", "")
    assert found.used_by([unit_of("GO(1)", "vb").tokens])[1] == [0]


@pytest.mark.parametrize(
    ("code", "harms", "is_visited"),
    [("x.Go(1);", True, False), ("x.Ask();", False, True), ("x.Cut();", False, False), ("y();", False, False)],
)
def test_functions_say_what_they_may_get_and_do(code: str, harms: bool, is_visited: bool) -> None:
    found = application().reached_by([unit_of(code, "c#").tokens])
    assert (found.harms, found.is_visited, found.size > 0) == (harms, is_visited, code != "y();")


def test_sources_are_read_once() -> None:
    read: list[str] = []

    def texts() -> list[str]:
        read.append("")
        return ["class A { }"]

    Memo.forget_all()
    assert application_of("a", "c#", texts) is application_of("a", "c#", texts)
    assert len(read) == 1
    assert application_of("b", "c#", texts) is not application_of("a", "c#", texts)


def test_classes_in_a_ring_are_found_once() -> None:
    texts = [f"class C{n} : C{(n + 1) % 500} {{ }}" for n in range(500)]
    found = application(texts)
    assert len(found.used_by([unit_of("new C0();", "c#").tokens])[0]) <= 320


def test_sources_that_are_too_large_are_no_application() -> None:
    assert application_of("c", "c#", lambda: ["class A { }" + ";" * (MOST_TOKENS // 4)] * 5) is None

"""Primitives of compiled code: origins of values, and what an object has."""

from __future__ import annotations

import pytest

from tests.builders.small_assemblies import written
from webshellhunt.core.values import Parts, labels_of, options


def texts(value: object) -> set[str]:
    parts = [part for each in options(value) for part in (each.parts if each.__class__ is Parts else (each,))]
    return {part for part in parts if isinstance(part, str)}


def test_an_object_is_shown_with_its_texts_and_labels() -> None:
    body = 'var p = new P(); p.A = "a"; p.B = new[] { "b", Console.ReadLine() }; Console.Write((object)p);'
    (found,) = written(body, "class P { public string A; public string[] B; }")
    assert texts(found) >= {"a", "b"}
    assert {each.kind for each in labels_of(found)} == {"visitor"}


def test_an_object_of_a_static_field_says_so() -> None:
    (found,) = written("Console.Write((object)All);", "static List<string> All = new List<string>();")
    assert {each.kind for each in labels_of(found)} == {"static"}


def test_bytes_are_shown_as_the_text_that_they_are() -> None:
    (found,) = written('Console.Write((object)System.Text.Encoding.UTF8.GetBytes("abc"));')
    assert texts(found) == {"abc"}


@pytest.mark.parametrize(
    ("data", "expected"),
    [("new[] { 1, 2, 3, 4 }", 4), ("new byte[] { 1, 2, 3, 4 }", 4), ("new[] { 'a', 'b', 'c', 'd' }", "d"),
     ("new[] { 1L << 40, 2, 3, 4 }", 4), ("new[] { true, false, false, true }", True)],
)  # fmt: skip
def test_constant_arrays_are_filled(data: str, expected: object) -> None:
    assert written(f"var a = {data}; Console.Write(a[3]);") == [expected]

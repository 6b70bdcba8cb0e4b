"""Members whose results are constants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.folded_members import LONGEST, Constant, fold


@pytest.mark.parametrize(
    ("member", "arguments", "expected"),
    [
        ("System.String.Concat", [["a"], ["b"]], "ab"),
        ("System.String.Concat", [["a", "b", "c"]], "abc"),
        ("System.String.Join", [["-"], ["a", "b"]], "a-b"),
        ("System.String.Replace", [["axb"], ["x"], [""]], "ab"),
        ("System.String.Substring", [["abcd"], [1], [2]], "bc"),
        ("System.String.ToLower", [["AB"]], "ab"),
        ("System.String..ctor", [[], [99, 109, 100]], "cmd"),
        ("System.String..ctor", [[], ["cmd".encode("utf-16-le")]], "cmd"),
        ("System.Convert.FromBase64String", [["YWI="]], b"ab"),
        ("System.Text.Encoding.GetString", [[], [b"ab"]], "ab"),
        ("System.IO.Path.Combine", [["C:\\a\\"], ["b"]], "C:\\a\\b"),
        ("System.IO.Path.GetTempPath", [], "%TEMP%\\"),
        ("System.Environment.GetEnvironmentVariable", [["windir"]], "%windir%"),
        ("System.Environment.GetFolderPath", [[35]], "%ProgramData%"),
    ],
)
def test_known_members(member: str, arguments: list[list[Constant]], expected: Constant) -> None:
    assert fold(member, arguments) == [expected]


@pytest.mark.parametrize(
    ("member", "arguments"),
    [
        ("System.String.Concat", [["a"], []]),
        ("System.Text.Encoding.GetString", [[], []]),
        ("System.Convert.FromBase64String", [["!"]]),
        ("System.Environment.GetFolderPath", [[99]]),
        ("System.String.Format", [["{0}"], ["a"]]),
        ("Own.String.Unknown", [["a"]]),
    ],
)
def test_what_is_not_known(member: str, arguments: list[list[Constant]]) -> None:
    assert fold(member, arguments) in ([], [b""])


@given(
    st.sampled_from(
        ["String.Concat", "String.Replace", "String.Substring", "Path.Combine", "Encoding.GetString", "String..ctor"]
    ),
    st.lists(st.lists(st.one_of(st.text(max_size=9), st.binary(max_size=9), st.integers()), max_size=3), max_size=4),
)
def test_any_arguments_are_taken(member: str, arguments: list[list[Constant]]) -> None:
    found = fold(f"System.{member}", arguments)
    assert len(found) <= 1
    assert all(isinstance(each, int) or len(each) <= LONGEST for each in found)

"""An entry matches what it names and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import UsageError
from webshellhunt.model.acceptance import Acceptance, AcceptanceState, AcceptanceUse, path_key, path_matches
from webshellhunt.model.rules import Confidence, Rule, Severity

DAY = date(2027, 3, 31)
APP = r"C:\inetpub\wwwroot\app"


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        (rf"{APP}\upload.aspx", rf"{APP}\Upload.ASPX", True),
        ("c:/inetpub/wwwroot/app/upload.aspx", rf"{APP}\upload.aspx", True),
        (rf"{APP}\upload.aspx", rf"{APP}\upload.aspx.bak", False),
        (rf"{APP}\*.aspx", rf"{APP}\upload.aspx", True),
        (rf"{APP}\*.aspx", rf"{APP}\deeper\upload.aspx", False),
        (rf"{APP}\**", rf"{APP}\deeper\upload.aspx", True),
        (r"C:\**\upload.aspx", rf"{APP}\upload.aspx", True),
        (r"C:\**\upload.aspx", r"C:\upload.aspx", True),
        (r"C:\**\upload.aspx", r"D:\upload.aspx", False),
        (rf"{APP}\u?load.aspx", rf"{APP}\upload.aspx", True),
        (rf"{APP}\u?load.aspx", rf"{APP}\uload.aspx", False),
        (rf"{APP}\[u]pload.aspx", rf"{APP}\upload.aspx", False),
        (rf"{APP}", rf"{APP}\upload.aspx", False),
    ],
)
def test_a_path_is_exact_or_has_wildcards_inside_of_names_and_for_folders(
    pattern: str, path: str, expected: bool
) -> None:
    assert path_matches(path, pattern) is expected


def as_regex(pattern: str) -> str:
    """Return a pattern of one name as a regular expression: another way to the same answer."""
    return "".join({"*": ".*", "?": "."}.get(each, re.escape(each)) for each in pattern)


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_wildcards_of_a_name_mean_what_they_mean_elsewhere(pattern: str, name: str) -> None:
    if pattern != "**":
        assert path_matches(name, pattern) is (re.fullmatch(as_regex(pattern), name) is not None)


@given(st.text(max_size=40))
def test_a_path_without_wildcards_matches_itself(path: str) -> None:
    assert "*" in path or path_matches(path, path_key(path))


def test_many_stars_cost_little() -> None:
    assert not path_matches("a" * 20_000, "*a" * 200 + "b")
    assert not path_matches("a\\" * 2_000, "**\\a\\" * 100 + "b")


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({}, "sha256, path or rule"),
        ({"path": "**"}, "every file"),
        ({"path": r"c:\**\*.*"}, "every file"),
        ({"rule": "wsh1001", "reason": " "}, "a reason"),
        ({"rule": "wsh1001", "by": ""}, "name of the person"),
    ],
)
def test_an_entry_that_says_too_little_is_refused(fields: dict[str, str], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        Acceptance(**{"reason": "ours", "by": "J. Doe", "until": DAY, **fields})  # type: ignore[arg-type]


def test_what_an_entry_names_must_all_match() -> None:
    entry = Acceptance("ours", "J. Doe", DAY, sha256="ab", path=path_key(rf"{APP}\*"), rule="wsh1004")
    assert entry.covers(rf"{APP}\x.aspx", "ab")
    assert not entry.covers(rf"{APP}\x.aspx", "cd")
    assert not entry.covers(r"C:\x.aspx", "ab")
    assert not entry.covers(rf"{APP}\x.aspx", None)
    rule = Rule(id="WSH1004", slug="An-Idea", title="", severity=Severity.LOW, confidence=Confidence.LOW)
    assert entry.is_about(rule)
    assert not entry.is_about(replace(rule, id="WSH1005"))
    assert Acceptance("ours", "J. Doe", DAY, rule="an-idea").is_about(rule)
    # A rule that was merged into another goes on working.
    assert entry.is_about(replace(rule, id="WSH1005", merged=("WSH1004", "former-idea")))
    assert Acceptance("ours", "J. Doe", DAY, rule="former-idea").is_about(replace(rule, merged=("X", "former-idea")))
    assert entry.terms == r"sha256 ab, path c:\inetpub\wwwroot\app\*, rule WSH1004"


def test_what_came_of_an_entry_is_one_word() -> None:
    entry = Acceptance("ours", "J. Doe", DAY, rule="wsh1004")
    late = Acceptance("ours", "J. Doe", DAY, rule="wsh1004", expired=True)
    assert AcceptanceUse(entry).state is AcceptanceUse(late).state is AcceptanceState.UNUSED
    assert AcceptanceUse(entry, 1, ("x",)).state is AcceptanceState.APPLIED
    assert AcceptanceUse(late, 1, ("x",)).state is AcceptanceState.EXPIRED

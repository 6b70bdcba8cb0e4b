"""Each case of a large product is in one share, and a changed fixture is tried whole."""

from __future__ import annotations

from collections import Counter

from tests.builders.shares import SHARES, Share, changed_fixtures, share_of_commit

CASES = [(f"folder/{number}.defanged", law) for number in range(40) for law in ("blanks", "comments", "newlines-cr")]


def test_each_case_is_in_one_share_and_no_share_is_empty() -> None:
    shares = [Share(number) for number in range(SHARES)]
    assert {sum(case in share for share in shares) for case in CASES} == {1}
    sizes = Counter(next(share.number for share in shares if case in share) for case in CASES)
    assert min(sizes.values()) > len(CASES) / SHARES / 3


def test_without_a_number_all_cases_are_tried() -> None:
    assert all(case in Share() for case in CASES)


def test_a_changed_fixture_is_tried_whole() -> None:
    name = CASES[0][0]
    tried = [case for case in CASES if case in Share(0, frozenset({name}))]
    assert {case for case in CASES if case[0] == name} <= {*tried} < {*CASES}


def test_a_share_says_how_to_repeat_it() -> None:
    assert "`pytest --share 3`" in str(Share(3))
    assert "2 changed fixtures" in str(Share(3, frozenset({"a", "b"})))
    assert str(Share()) == "all cases of the fixtures were tried"


def test_a_commit_has_a_share() -> None:
    assert 0 <= share_of_commit() < SHARES
    assert not any(name.startswith("fixtures/") for name in changed_fixtures())

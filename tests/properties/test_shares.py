"""Each case of a large product is in one share, and a changed fixture is tried whole."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders.shares import MOST, SHARES, Share, changed_fixtures, share_of_commit

CASES = [(f"folder/{number}.defanged", law) for number in range(200) for law in ("blanks", "comments", "newlines-cr")]


@pytest.mark.parametrize("parts", [2, 3, 4, MOST, 9, 12])
def test_successive_shares_have_each_case_and_no_share_is_empty(parts: int) -> None:
    assert SHARES % parts == 0
    shares = [Share(number) for number in range(SHARES)]
    assert {sum(share.has(*case, parts) for share in shares) for case in CASES} == {SHARES // parts}
    sizes = Counter(number for number in range(parts) for case in CASES if Share(number).has(*case, parts))
    assert len(sizes) == parts
    assert min(sizes.values()) > len(CASES) / parts / 3


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

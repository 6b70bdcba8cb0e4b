"""Results that are kept up to a bound."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from webshellhunt.memo import Memo


def _asked(memo: Memo[str], keys: str) -> str:
    """Ask for the results of some keys; return those that were made."""
    made: list[str] = []

    def make(key: str) -> str:
        made.append(key)
        return key.upper()

    for key in keys:
        assert memo.get(key, lambda key=key: make(key), len) == key.upper()  # type: ignore[misc]
    return "".join(made)


def test_a_result_is_made_once() -> None:
    assert _asked(Memo(9), "ababba") == "ab"


def test_the_latest_results_are_kept() -> None:
    memo = Memo[str](2)
    assert _asked(memo, "abcbca") == "abca"
    assert len(memo) == 2
    assert _asked(memo, "acb") == "b"  # `a` was asked for after `b`


def test_the_bound_is_one_of_weights() -> None:
    memo = Memo[str](5)
    for key in ("aaa", "bb", "c"):
        memo.get(key, key.upper, len)
    assert len(memo) == 2
    assert memo.get("dddddd", "x".upper, lambda _: 6) == "X"
    assert len(memo) == 2  # one above the bound is not kept, and drops no other


def test_an_exception_is_not_kept() -> None:
    memo = Memo[str](9)
    with pytest.raises(ZeroDivisionError):
        memo.get("a", lambda: str(1 // 0), len)
    assert _asked(memo, "a") == "a"


def test_nothing_is_kept_where_memos_are_off(monkeypatch: pytest.MonkeyPatch) -> None:
    memo = Memo[str](9)
    _asked(memo, "a")
    monkeypatch.setattr(Memo, "is_on", False)
    assert _asked(memo, "aa") == "aa"


def test_all_is_forgotten() -> None:
    memo = Memo[str](1)
    _asked(memo, "a")
    Memo.forget_all()
    assert _asked(memo, "aa") == "a"


def test_several_threads_use_a_memo() -> None:
    memo = Memo[int](7)

    def work(start: int) -> bool:
        return all(memo.get(n % 11, lambda n=n: n % 11, lambda _: 1) == n % 11 for n in range(start, start + 2_000))  # type: ignore[misc]

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(8)))
    assert len(memo) == 7

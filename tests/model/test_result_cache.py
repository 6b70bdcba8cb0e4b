"""ResultCache: a file, a key and a size, each checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from webshellhunt.errors import UsageError, WrongTypeError
from webshellhunt.model.result_cache import CODE, ResultCache, cache_gap


def test_paths_are_kept_as_text() -> None:
    cache = ResultCache(Path("a") / "b.cache", Path("c"))  # type: ignore[arg-type]
    assert (cache.path, cache.key_path) == (str(Path("a") / "b.cache"), "c")
    assert ResultCache("x").key_path is None


@pytest.mark.parametrize("values", [{"path": 7}, {"path": b"x"}, {"path": "x", "key_path": 1}, {"path": None}])
def test_a_wrong_type_is_named(values: dict[str, Any]) -> None:
    with pytest.raises(WrongTypeError, match=r"ResultCache: (key_)?path is"):
        ResultCache(**values)


@pytest.mark.parametrize("values", [{"path": ""}, {"path": "x", "key_path": ""}, {"path": "x", "most_bytes": 1000}])
def test_a_wrong_value_is_named(values: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="ResultCache: "):
        ResultCache(**values)


def test_a_cache_that_is_not_used_is_a_gap_that_does_not_matter() -> None:
    gap = cache_gap("x.cache", "it is damaged")
    assert (gap.code, gap.path, gap.matters) == (CODE, "x.cache", False)
    assert str(gap) == "x.cache: the cache is not used: it is damaged"

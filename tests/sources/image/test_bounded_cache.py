"""The cache keeps the values that were used last."""

from __future__ import annotations

from webshellhunt.sources.image.bounded_cache import BoundedCache


def test_the_value_used_longest_ago_is_dropped() -> None:
    cache: BoundedCache[int, str] = BoundedCache(2)
    cache.put(1, "a")
    cache.put(2, "b")
    assert cache.get(1) == "a"
    cache.put(3, "c")
    assert (cache.get(1), cache.get(2), cache.get(3), len(cache)) == ("a", None, "c", 2)
    cache.clear()
    assert len(cache) == 0

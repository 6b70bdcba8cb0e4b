"""Lazily compiled expressions: they behave as those of `re` do, and each of them compiles."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

import webshellhunt
from webshellhunt.lazy_pattern import lazy_pattern


def _lazy_patterns() -> list[Any]:
    kind = type(lazy_pattern("")).__mro__[1]  # what it becomes once it is compiled, too
    names = [module.name for module in pkgutil.walk_packages(webshellhunt.__path__, "webshellhunt.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    return [each for module in modules for each in vars(module).values() if isinstance(each, kind)]


def test_every_expression_compiles() -> None:
    patterns = _lazy_patterns()
    assert len(patterns) > 100
    for each in patterns:
        empty = b"" if isinstance(each.pattern, bytes) else ""
        each.search(empty)


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "findall", "split"])
def test_it_behaves_as_an_expression_does(method: str) -> None:
    lazy, eager = lazy_pattern(r"(?P<word>b+)", re.IGNORECASE), re.compile(r"(?P<word>b+)", re.IGNORECASE)
    for text in ("", "abBc", "BB"):
        assert str(getattr(lazy, method)(text)) == str(getattr(eager, method)(text))
    assert lazy.sub("x", "abc") == "axc"
    assert lazy.groups == 1
    assert lazy.pattern == eager.pattern


def test_a_broken_expression_raises_at_its_first_use() -> None:
    with pytest.raises(re.error):
        lazy_pattern("(").search("")

"""Expressions that are compiled late: they answer as `re` does, and each of them compiles."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import Any

import pytest

import webshellhunt
from webshellhunt.lazy_pattern import late_pattern


def _late_patterns() -> list[Any]:
    kind = type(late_pattern("")).__mro__[1]  # what it becomes once it is compiled, too
    names = [module.name for module in pkgutil.walk_packages(webshellhunt.__path__, "webshellhunt.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    return [each for module in modules for each in vars(module).values() if isinstance(each, kind)]


def test_every_expression_compiles() -> None:
    patterns = _late_patterns()
    assert len(patterns) > 100
    for each in patterns:
        empty = b"" if isinstance(each.pattern, bytes) else ""
        each.search(empty)


@pytest.mark.parametrize("method", ["search", "match", "fullmatch", "findall", "split"])
def test_it_answers_as_an_expression_does(method: str) -> None:
    late, early = late_pattern(r"(?P<word>b+)", re.IGNORECASE), re.compile(r"(?P<word>b+)", re.IGNORECASE)
    for text in ("", "abBc", "BB"):
        assert str(getattr(late, method)(text)) == str(getattr(early, method)(text))
    assert late.sub("x", "abc") == "axc"
    assert late.groups == 1
    assert late.pattern == early.pattern


def test_a_broken_expression_is_told_at_its_first_use() -> None:
    with pytest.raises(re.error):
        late_pattern("(").search("")

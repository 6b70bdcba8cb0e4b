"""Regular expressions that are compiled at their first use: most pages use only a few of the several hundred."""

from __future__ import annotations

import re
from typing import AnyStr, cast

_METHODS = ("findall", "finditer", "fullmatch", "groups", "match", "search", "split", "sub", "subn")


def lazy_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return an expression like ``re.compile``, but compile it, and raise an error of its syntax, at its first use."""
    return cast("re.Pattern[AnyStr]", _LazyPattern(pattern, flags))


class _CompiledPattern:
    """A compiled expression; without ``__getattr__``, attribute access is faster."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags


class _LazyPattern(_CompiledPattern):
    def __getattr__(self, name: str) -> object:
        """Compile at the first access, and copy the methods, so that later accesses don't come here."""
        compiled = re.compile(self.pattern, self.flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        self.__class__ = _CompiledPattern  # type: ignore[assignment]
        return getattr(self, name)

"""Regular expressions that are compiled at their first use: one page meets a few of the hundreds that there are."""

from __future__ import annotations

import re
from typing import AnyStr, cast

_METHODS = ("findall", "finditer", "fullmatch", "groups", "match", "search", "split", "sub", "subn")


def late_pattern(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return an expression as ``re.compile`` does, but compile it at its first use; an error shows only then."""
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))


class _Known:
    """One that was compiled, with the methods of the expression: a class without a hook is asked faster."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags


class _Late(_Known):
    def __getattr__(self, name: str) -> object:
        """Compile at the first question, and take over the methods, so that there is no second one."""
        compiled = re.compile(self.pattern, self.flags)
        for each in _METHODS:
            setattr(self, each, getattr(compiled, each))
        self.__class__ = _Known  # type: ignore[assignment]
        return getattr(self, name)

"""Exact evaluations in tests: programs with and without them, and the units that one takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import written
from tests.builders.library_runs import plain_of
from webshellhunt.analysis import engine
from webshellhunt.analysis.domain.values import ABSENT, Value
from webshellhunt.analysis.exact.run import Exact
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.tokens import tokenize


class Counted(Exact):
    """Exact evaluations that are counted: how many came to their end."""

    done = 0

    def loop(self, *arguments: Any) -> bool:
        is_done = super().loop(*arguments)
        Counted.done += is_done
        return is_done

    def call(self, *arguments: Any) -> Value:
        value = super().call(*arguments)
        Counted.done += value is not ABSENT
        return value

    def value(self, *arguments: Any) -> Value:
        value = super().value(*arguments)
        Counted.done += value is not ABSENT
        return value


class Never(Exact):
    """No exact evaluations."""

    def loop(self, *_: Any) -> bool:
        return False

    def call(self, *_: Any) -> Value:
        return ABSENT

    def value(self, *_: Any) -> Value:
        return ABSENT


def seen_by(kind: type[Exact], code: str, language: str, patch: pytest.MonkeyPatch) -> tuple[list[Any], int]:
    """Return the first arguments of the sinks of a program, and how many evaluations came to their end."""
    Counted.done = 0
    patch.setattr(engine, "Exact", kind)
    tokens = tokenize(written(code, language), language)
    found = engine.run_page(tokens, Surroundings(), steps=100_000)
    return [plain_of(each.arguments[0]) for each in found.arrivals if each.arguments], Counted.done

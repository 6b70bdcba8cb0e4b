"""Placeholder until the constant folding lands."""
from __future__ import annotations
from collections.abc import Iterator
from dataclasses import dataclass
from webshellhunt.code.tokens import Tokens, STRING

@dataclass(frozen=True, slots=True)
class Constant:
    value: str
    start: int
    end: int
    steps: tuple[str, ...] = ()

def iter_constants(tokens: Tokens) -> Iterator[Constant]:
    for i, k in enumerate(tokens.kinds):
        if k == STRING:
            yield Constant(tokens.values[i], i, i + 1)

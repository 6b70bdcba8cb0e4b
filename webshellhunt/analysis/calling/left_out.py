"""Calls that the compiler leaves out: of functions whose symbol is not defined (``[Conditional("DEBUG")]``)."""

from __future__ import annotations

import re

from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.conditional import OPEN_SYMBOLS
from webshellhunt.lang.tree import Function

_SYMBOL = re.compile(r"\w+")


def is_left_out(machine: Machine, function: Function) -> bool:
    """True if no call of a function is compiled, as the page does not define the symbol of its attribute."""
    names = [text for name, text in function.attributes if name.rpartition(".")[2].startswith("conditional")]
    symbols = [found[0] for text in names if (found := _SYMBOL.search(text)) is not None]
    if not symbols or any(each.lower() in OPEN_SYMBOLS for each in symbols):
        return False
    lower = machine.text.lower()
    return "compileroptions" not in lower and not any(
        f"#define {each.lower()}" in lower or f"#const {each.lower()}" in lower for each in symbols
    )

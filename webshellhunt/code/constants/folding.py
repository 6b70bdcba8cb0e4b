"""Constants: what expressions without a variable part are at run time, folded on the tokens.

One pass from left to right with a stack of its own, for every language: brackets that are closed become a value if all
in them is one. Variables that hold a constant are followed in the order of the text, and those that are assigned only
once everywhere. Work, size and output are bounded; what can't be told is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.constants.again import Folded
from webshellhunt.code.constants.brackets import OwnCode
from webshellhunt.code.constants.quiet import Line, lines_of
from webshellhunt.code.constants.reader import ConstantPass
from webshellhunt.code.constants.terms import Term
from webshellhunt.lang.tokens import Tokens

MAX_OUTPUT = 1 << 20
MAX_CONSTANTS = 50_000


def iter_constants(tokens: Tokens, *, literals: bool = True, own: OwnCode | None = None) -> Iterator[Constant]:
    """Yield the constant strings of a code, each as large as it gets, in the order in which they stand.

    Args:
        tokens: The code.
        literals: Whether string literals that no step joins with more are told too.
        own: What works out the functions and loops of the code itself; without it they are left alone.
    """
    lines = list(lines_of(tokens, own)) if tokens.language in ("vb", "vbscript") else None
    done, folded = _read(tokens, {}, own, lines)
    once = done.names.once
    if done.names.missed & once.keys():
        done, _ = _read(tokens, once, own, lines, folded)
    yield from _outermost(done.found, literals)


def _read(
    tokens: Tokens,
    known: Mapping[str, Term],
    own: OwnCode | None,
    lines: Sequence[Line] | None,
    before: Sequence[Folded] = (),
) -> tuple[ConstantPass, Sequence[Folded]]:
    """Return a pass over a whole code, by lines where it has lines, with what it made of each."""
    whole = ConstantPass(tokens, known, own=own)
    if lines is None:
        whole.run()
        return whole, ()
    return whole, whole.run_lines(lines, before)


def fold(tokens: Tokens, start: int, end: int) -> str | None:
    """Return the string that a range of tokens is as one expression, ``None`` if it isn't a constant string."""
    whole = ConstantPass(tokens, {}, start, end)
    whole.run()
    for term in whole.found:
        if term.start == start and term.end == end:
            return str(term.value)
    return None


def _outermost(found: list[Term], literals: bool) -> Iterator[Constant]:
    """Yield what lies in nothing larger; what was told before costs nothing of the output again."""
    seen: set[str] = set()
    reached = size = count = 0
    for term in sorted(found, key=lambda t: (t.start, -t.end)):
        if term.start < reached or not (term.steps or literals):
            continue
        reached = term.end
        value = str(term.value)
        if value not in seen:
            if size + len(value) > MAX_OUTPUT:
                continue
            seen.add(value)
            size += len(value)
        count += 1
        if count > MAX_CONSTANTS:
            return
        yield Constant(value, term.start, term.end, term.steps)

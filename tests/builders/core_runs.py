"""Runs of classic pages on the core: what reaches their sinks, and what a value covers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tests.builders.inert import live
from webshellhunt.analysis.arrivals import Arrival, Form, Part, Shown
from webshellhunt.analysis.classic import run_classic
from webshellhunt.analysis.life import Life
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.core import ir
from webshellhunt.core.budget import STEPS
from webshellhunt.core.run import Machine, World
from webshellhunt.lang.unit import Unit, build_unit


class Outcome(NamedTuple):
    """The arrivals of a run, and whether it had to stop early."""

    arrivals: Sequence[Arrival]
    is_cut: bool


def outcome(unit: Unit, steps: int | None = None) -> Outcome:
    """Return the outcome of a run over a unit of a classic page."""
    (run,) = run_classic([(unit.tokens, Surroundings(is_classic=True), unit.parsed)], steps)
    return Outcome([*run.shown], run.is_exhausted)


def run(code: str, language: str = "vbscript", steps: int | None = None) -> Outcome:
    """Return the outcome of a run over inert code."""
    text = live(code)
    return outcome(build_unit(text, language, [(0, len(text))]), steps)


def reached(code: str, language: str, member: str = "run") -> tuple[dict[int, Shown], bool]:
    """Return the first argument of each sink by its number in the text, and whether the run had to stop early."""
    text = live(code)
    unit = build_unit(text, language, [(0, len(text))])
    found = outcome(unit)
    places = [at for at, value in enumerate(unit.tokens.values) if value.lower() == member]
    number = {place: at for at, place in enumerate(places)}
    return {
        number[each.place]: each.arguments[0]
        for each in found.arrivals
        if each.names[-1] == member and each.place in number and each.arguments
    }, found.is_cut


def known_texts(value: Shown) -> list[str]:
    """Return the alternatives of a value that are wholly known, as texts."""
    texts = []
    for form in value.forms:
        words = [part if isinstance(part, str) else part.word for part in form]
        if all(words) or all(isinstance(part, str) for part in form):
            texts.append("".join(words))
    return texts


def covers(value: Shown, text: str) -> bool:
    """True if a value may be a text."""
    return any(re.fullmatch(_pattern(form), text, re.DOTALL | re.IGNORECASE) for form in value.forms)


def _pattern(form: Form) -> str:
    return "".join(re.escape(part) if isinstance(part, str) else _pattern_of(part) for part in form)


def _pattern_of(part: Part) -> str:
    if part.word:
        return re.escape(part.word)
    return {"number": r"[-+]?[\d.]+(e[-+]?\d+)?|nan|", "boolean": "true|false"}.get(part.type, ".*").join("()")


def started(programs: ir.Program | Sequence[ir.Program], world: World) -> Machine:
    """Return a machine after it ran the codes of a page, without those of its functions that nothing calls."""
    codes = [programs] if isinstance(programs, ir.Program) else programs
    life = Life(codes, world, {}, is_whole=True, steps=STEPS, size=0)
    life.kept = tuple(each for each in life.kept if each in world.library.only)
    life.run(is_part=False, acts=True)
    return life.machine

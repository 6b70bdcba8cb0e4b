"""Functions and methods that match regular expressions, in each language."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.conversions import integer_of
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import REST, Opaque, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Full, Runner, UnsolvedError, text_of
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.patterns import (
    Regex,
    first_match,
    match_in_unknown,
    match_thing,
    matches,
    pattern_of,
    regex_of,
    regexp,
    replaced,
    split,
)


def _executed(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``pattern.exec(text)`` of JScript: a global pattern goes on after its last match."""
    regex = regex_of(thing)
    if a and not is_known(a[0]):
        return choice([None, regex.possible_match(a[0])])
    text = text_of(a[0], "jscript")
    start = integer_of(thing.fields.get("lastIndex", 0)) or 0 if regex.is_global else 0
    regex.checked(machine, text)
    match = regex.pattern.search(text, start) if start <= len(text) else None
    if regex.is_global:
        machine.state.put(thing.fields, "lastIndex", match.end() if match is not None else 0)
    if match is None:
        return None
    made = array_of([match[0], *match.groups("")])
    made.fields.update({"index": match.start(), "input": text})
    return made


def _tested(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return first_match(machine, regex_of(thing), a[0]) is not None


def _matched(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return _match(machine, regex_of(thing), a[0])


def _match(machine: Runner, regex: Regex, text: Value) -> Value:
    return match_thing(first_match(machine, regex, text)) if is_known(text) else match_in_unknown(regex, text)


def _matches(machine: Runner, regex: Regex, text: Value) -> Value:
    if is_known(text):
        return array_of(map(match_thing, matches(machine, regex, text)))
    return Thing("array", fields={REST: match_in_unknown(regex, text)})


def _all_matches(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return _matches(machine, regex_of(thing), a[0])


def _replaced(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    if is_known(a[0]) and is_known(a[1]) and not is_known(thing.fields.get("pattern", thing.fields.get("source", ""))):
        return Opaque("string")  # for any pattern, the result is made of constants
    regex = regex_of(thing)
    if len(a) > 2:
        regex = Regex(regex.pattern, False, regex.repetitions) if a[2] == 1 else _unsolved()
    return replaced(machine, regex, a[0], a[1], token)


def _unsolved() -> Regex:
    raise UnsolvedError


def _split(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    return split(machine, regex_of(thing), a[0])


METHODS: dict[str, Method] = {
    "exec": _executed,
    **dict.fromkeys(("test", "ismatch"), _tested),
    "match": _matched,
    **dict.fromkeys(("matches", "execute"), _all_matches),
    "replace": _replaced,
    "split": _split,
}
"""Methods of regular expressions by name in lower case."""


def _static_replace(machine: Runner, a: list[Value], token: int) -> Value:
    """``Regex.Replace(text, pattern, new, options)``."""
    return replaced(machine, regex_of(a[1], *a[3:]), a[0], a[2], token)


def _static_matches(machine: Runner, a: list[Value], _: int) -> Value:
    return _matches(machine, regex_of(a[1], *a[2:]), a[0])


STATICS: dict[str, Full] = {
    "regex.replace": _static_replace,
    "regex.ismatch": lambda machine, a, token: first_match(machine, regex_of(a[1], *a[2:]), a[0]) is not None,
    "regex.match": lambda machine, a, token: _match(machine, regex_of(a[1], *a[2:]), a[0]),
    "regex.matches": _static_matches,
    "regex.split": lambda machine, a, token: split(machine, regex_of(a[1], *a[2:]), a[0]),
}
"""Static functions of .NET."""


def _text_match(machine: Runner, a: list[Value], token: int) -> Value:
    """``text.match(pattern)``: all matches of a global pattern, or the first one with its groups."""
    regex = pattern_of(a[1])
    if not regex.is_global:
        thing = a[1] if a[1].__class__ is Thing else regexp(regex.pattern.pattern)
        return _executed(machine, thing, a[:1], token)
    found = matches(machine, regex, a[0])
    return array_of(match[0] for match in found) if found else None


def _text_search(machine: Runner, a: list[Value], _: int) -> Value:
    match = first_match(machine, pattern_of(a[1]), a[0])
    return -1 if match is None else match.start()


def _text_replace(machine: Runner, a: list[Value], token: int) -> Value:
    is_open = a[1].__class__ is Thing and not is_known(a[1].fields.get("source", ""))
    if is_open and is_known(a[0]) and isinstance(a[2], str):
        return Opaque("string")  # for any pattern, the result is made of constants
    return replaced(machine, pattern_of(a[1]), a[0], a[2], token)


def _text_split(machine: Runner, a: list[Value], _: int) -> Value:
    if a[1].__class__ is not Thing:
        raise UnsolvedError
    return split(machine, regex_of(a[1]), a[0])


TEXTS: dict[str, Full] = {
    "match": _text_match,
    "search": _text_search,
    **dict.fromkeys(("replace", "replaceAll"), _text_replace),
    "split": _text_split,
}
"""Methods of texts in JScript that take a pattern or a function; the text is the first argument."""

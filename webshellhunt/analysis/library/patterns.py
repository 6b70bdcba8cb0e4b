"""Regular expressions of JScript, VBScript and .NET, as far as their cost is bounded.

A pattern whose atoms follow one another costs at each character of a text no more than their number. One with
repetitions inside, but none of a group, is tried on short texts alone.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.conversions import truth_of
from webshellhunt.analysis.domain.taints import counted, derived
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import NUMBER, Opaque, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, is_function, option_of, text_of
from webshellhunt.analysis.library.digits import leaves_digits, possible_match, possible_whole
from webshellhunt.analysis.library.parts import joined
from webshellhunt.lazy_pattern import lazy_pattern

# Nothing is matched in two ways, so a text that does not match costs no more than one that does.
_ATOM = r"(?:\[\^?+(?:[^\]\\\[]|\\.)++\]|\\[^\d]|[^\\\[\](){}*+?^$|])"
_SEQUENCE = rf"\^?+(?:\(?+(?:\?:)?+{_ATOM}(?:\{{\d{{1,2}}\}})?+(?![+*?{{])\)?+)*+"
_PLAIN = lazy_pattern(rf"{_SEQUENCE}(?:{_ATOM}\+\)*+|\$?+(?:\|{_SEQUENCE}\$?+)*+)", re.DOTALL)
_REPEATED = lazy_pattern(
    rf"(?:\^|\$|\||\((?:\?:)?+|\)(?![*+?{{])|{_ATOM}(?:[*+?]\??+|\{{\d{{1,2}}(?:,\d{{0,2}})?\}})?+)++", re.DOTALL
)
_UNBOUNDED = lazy_pattern(r"[*+]|,\d{0,2}\}")
_MOST_OPTIONAL = 6
_REFERENCE = lazy_pattern(r"\$(?:(\$)|(&)|(\d{1,2}))")
_LONGEST = 400
_END = lazy_pattern(r"(?<!\\)((?:\\\\)*)\\z")
"""The sign of .NET for the end of a text."""
_MOST_TRIES = 4_000_000
_MOST_MATCHES = 1 << 12
_ANY = r"(?:\[(?:\\s\\S|\\S\\s|\\w\\W|\\W\\w|\\d\\D|\\D\\d|\^)\]|\((?:\?:)?\.\|\\n\))"
_WHOLE = lazy_pattern(rf"\^?\(?{_ANY}[*+]\)?\$?")
"""Patterns that match a text as a whole."""
_EACH = lazy_pattern(rf"\(?(?:{_ANY}|\.|\\S)[*+]?\)?")
"""Patterns that, for all matches, leave at most blanks and ends of lines."""


@dataclass(frozen=True, slots=True)
class Regex:
    """A compiled pattern, whether it is for all matches, and how many of its repetitions have no bound."""

    pattern: re.Pattern[str]
    is_global: bool
    repetitions: int = 0

    def checked(self, machine: Runner, text: str) -> str:
        """Return a text, if the pattern may be tried on it, and count the work."""
        tries = max(len(text), 1) ** (self.repetitions + 1)
        if tries > _MOST_TRIES:
            raise UnsolvedError
        machine.spend(tries * len(self.pattern.pattern) >> 9)
        return text

    def possible_match(self, text: Value) -> Thing:
        """Return a match of JScript in a text that is not known."""
        return possible_match(self.pattern.pattern, text, any_case=bool(self.pattern.flags & re.IGNORECASE))

    def possible_whole(self, text: Value) -> Value | None:
        """Return a text that is not known, of which the pattern has a match; ``None`` if that may be almost any."""
        if self.pattern.flags & re.MULTILINE:
            return None
        return possible_whole(self.pattern.pattern, text, any_case=bool(self.pattern.flags & re.IGNORECASE))


def regexp(source: Value, flags: Value = "") -> Thing:
    """Return a regular expression as a value."""
    return Thing("regexp", fields={"source": source, "flags": flags, "lastIndex": 0})


def regex_of(value: Value, *flags: Value) -> Regex:
    """Return the pattern of a regular expression, or of a text as its source."""
    if value.__class__ is not Thing:
        return _compiled(_source(value), _options(flags), is_global=True)
    if value.type not in ("regexp", "regex", "vbscript.regexp"):
        raise UnsolvedError
    fields = value.fields
    words = text_of(fields.get("flags", ""))
    words += "".join(flag for name, flag in (("ignorecase", "i"), ("multiline", "m")) if _is_set(fields.get(name)))
    is_global = "g" in words or _is_set(fields.get("global"))
    return _compiled(_source(fields.get("pattern", fields.get("source", ""))), words, is_global=is_global)


def _is_set(value: Value) -> bool:
    return truth_of(value, "vbscript") is True


def _source(value: Value) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST:
        raise UnsolvedError
    return str(value)


def _options(flags: tuple[Value, ...]) -> str:
    if any(not is_known(each) and not option_of(each) for each in flags):
        raise UnsolvedError
    words = "".join(option_of(each) for each in flags)
    return ("i" if "ignorecase" in words else "") + ("m" if "multiline" in words else "")


@lru_cache(maxsize=256)
def _compiled(source: str, flags: str, *, is_global: bool) -> Regex:
    repetitions = 0
    if not _PLAIN.fullmatch(source):
        if not _REPEATED.fullmatch(source) or source.count("?") > _MOST_OPTIONAL:
            raise UnsolvedError
        repetitions = len(_UNBOUNDED.findall(source))
    options = re.ASCII | (re.IGNORECASE if "i" in flags else 0) | (re.MULTILINE if "m" in flags else 0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return Regex(re.compile(_END.sub(r"\1\\Z", source), options), is_global, repetitions)
    except (re.error, OverflowError, FutureWarning, DeprecationWarning):
        raise UnsolvedError from None


def _literal(text: str) -> Regex:
    return Regex(re.compile(re.escape(text)), is_global=False)


def pattern_of(value: Value) -> Regex:
    """Return the pattern that an argument of JScript's methods of texts means: a text stands for itself."""
    return regex_of(value) if value.__class__ is Thing else _literal(text_of(value, "jscript"))


def replaced(machine: Runner, regex: Regex, text: Value, new: Value, token: int) -> Value:
    """Return a text with its matches replaced by a text, or by the result of a function for each."""
    if not is_known(text) and new == "" and regex.is_global and leaves_digits(regex.pattern.pattern):
        return counted([text])
    if not is_known(text) and _is_all(regex) and not is_function(new) and not (isinstance(new, str) and "$" in new):
        return Opaque("string") if is_known(new) else derived([new], "string")  # copies of the new text
    if not is_known(text) and machine.language == "jscript" and is_function(new):
        return _replaced_somewhere(machine, regex, text, new, token)
    found, at = [], 0
    subject = regex.checked(machine, text_of(text))
    size = 0
    for match in regex.pattern.finditer(subject):
        machine.spend(1)
        found.append(subject[at : match.start()])
        at = match.end()
        found.append(_new_text(machine, match, new, token))
        size += len(found[-2]) + (len(found[-1]) if isinstance(found[-1], str) else 1)
        if size > MAX_TEXT:
            raise UnsolvedError
        if not regex.is_global:
            break
    return joined([*found, subject[at:]], "")


def _is_all(regex: Regex) -> bool:
    """True if nothing but blanks is left of any text when the matches of a pattern are replaced."""
    source = regex.pattern.pattern
    return _WHOLE.fullmatch(source) is not None or (regex.is_global and _EACH.fullmatch(source) is not None)


def _replaced_somewhere(machine: Runner, regex: Regex, text: Value, new: Value, token: int) -> Value:
    """Call the function of JScript that replaces the matches in a text which is not known."""
    match = regex.possible_match(text)
    machine.state.open()
    value = machine.call(new, [*(known_items(match) or ()), NUMBER, text], token)
    machine.state.merge([{}, machine.state.undo()])
    return derived([value] if _is_all(regex) else [text, value], "string")


def _new_text(machine: Runner, match: re.Match[str], new: Value, token: int) -> Value:
    """Return the text that replaces one match."""
    if is_function(new):
        if machine.language == "jscript":
            arguments: list[Value] = [match[0], *match.groups(""), match.start(), match.string]
        else:
            arguments = [match_thing(match)]
        value = machine.call(new, arguments, token)
        return text_of(value, machine.language) if is_known(value) else value
    if not isinstance(new, str):
        return new
    if "$" not in new:
        return str(new)
    return _REFERENCE.sub(lambda m: "$" if m[1] else match[0] if m[2] else match[int(m[3])] or "", new)


def match_thing(match: re.Match[str] | None) -> Thing:
    """Return a match of .NET or VBScript."""
    if match is None:
        return Thing("match", fields={"success": False, "value": "", "length": 0, "groups": array_of([])})
    groups = [_group(match[0]), *map(_group, match.groups(""))]
    return Thing(
        "match",
        fields={
            "success": True,
            "value": match[0],
            "index": match.start(),
            "firstindex": match.start(),
            "length": len(match[0]),
            "groups": array_of(groups),
            "submatches": array_of(match.groups("")),
        },
    )


def match_in_unknown(regex: Regex, text: Value) -> Thing:
    """Return a match of .NET or VBScript in a text that is not known.

    Raises:
        UnsolvedError: The pattern names its groups.
    """
    source = regex.pattern.pattern
    if "(?" in source:
        raise UnsolvedError
    items = known_items(regex.possible_match(text)) or []
    groups: list[Value] = [Thing("group", fields={"value": each, "success": Opaque("boolean")}) for each in items]
    fields = {"success": Opaque("boolean"), "value": items[0], "index": NUMBER, "firstindex": NUMBER, "length": NUMBER}
    return Thing("match", fields={**fields, "groups": array_of(groups), "submatches": array_of(items[1:])})


def _group(text: str) -> Thing:
    return Thing("group", fields={"value": text, "success": True, "length": len(text)})


def matches(machine: Runner, regex: Regex, text: Value) -> list[re.Match[str]]:
    """Return the matches in a text, one alone unless the pattern is for all."""
    subject = regex.checked(machine, text_of(text))
    if not regex.is_global:
        match = regex.pattern.search(subject)
        return [] if match is None else [match]
    found = [*islice(regex.pattern.finditer(subject), _MOST_MATCHES + 1)]
    if len(found) > _MOST_MATCHES:
        raise UnsolvedError
    machine.spend(len(found))
    return found


def first_match(machine: Runner, regex: Regex, text: Value) -> re.Match[str] | None:
    """Return the first match in a text."""
    return regex.pattern.search(regex.checked(machine, text_of(text)))


def split(machine: Runner, regex: Regex, text: Value) -> Thing:
    """Return the parts of a text between its matches."""
    return array_of(part for part in regex.pattern.split(regex.checked(machine, text_of(text))) if part is not None)

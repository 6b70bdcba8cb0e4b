"""Errors: the last one, where a possible one goes, and the value that a handler gets."""

from __future__ import annotations

from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import OPEN, fork_frame
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import MISSING, NUMBER, UNKNOWN, Fact, OneOf, Some, Value, join, same

ERR = "err"
"""The object that tells of the last error that was passed over."""
_TEXT = Some("text")
_NONE = {"number": NUMBER}
"""The number of the last error, where the language has no object for it."""
_FAILED = (0, 13, 6)
"""The number after a conversion: of no error, of a value that is no number, and of one that is too large."""


def note_error(f: Frame, error: Thrown) -> None:
    """Write an error that was passed over into the object that tells of the last one."""
    if error.heap is not None:
        f[0], error.heap = error.heap, None
    number, source, text = [*error.args, MISSING, MISSING, MISSING][:3]
    if ERR not in f[0].t:
        return
    table = f[0].own(ERR)
    table["number"] = NUMBER if number is MISSING else number
    table["source"] = _TEXT if source is MISSING else source
    table["description"] = _TEXT if text is MISSING else text


def may_fail(f: Frame) -> None:
    """Note that the next code may fail: a copy of the state goes where errors go, once for each run of a block."""
    run = f[1]
    if run.handled and not run.doubts:
        run.doubts.append((fork_frame(f), MISSING))
    doubt_error(f)


def doubt_error(f: Frame) -> None:
    """Note that there may have been an error, which was passed over."""
    if f[0].t.get(ERR, _NONE).get("number") is not NUMBER:
        f[0].own(ERR)["number"] = NUMBER


def error_number(f: Frame) -> Value:
    """Return the number of the last error that was passed over; 0 for none."""
    return f[0].t.get(ERR, _NONE).get("number")


def doubt_conversion(f: Frame, before: Value, done: Fact, failed: Fact) -> None:
    """Note that a conversion may have failed, and what a place has where it has not, and where it has.

    ``before`` is the number of the last error before it: where several may have failed, none has if there is no error.
    """
    told: tuple[Fact, ...] = ()
    is_first = before == 0
    if before.__class__ is OneOf and before.told and before.options == _FAILED:
        told = before.told[0]
    elif not is_first:
        return
    other = (failed,) if is_first else ()
    f[0].own(ERR)["number"] = OneOf(_FAILED, ((*told, done), *[other] * (len(_FAILED) - 1)))


def joined(a: Thrown, b: Thrown) -> Thrown:
    """Return an error that is one of two."""
    value = a.value if b.value is MISSING else b.value if a.value is MISSING else join(a.value, b.value)
    is_same = len(a.args) == len(b.args) and all(map(same, a.args, b.args))
    return Thrown(*(a.args if is_same else ()), value=value)


_EXCEPTIONS = {
    5: "formatexception", 6: "overflowexception", 9: "indexoutofrangeexception", 11: "dividebyzeroexception",
    13: "invalidcastexception", 91: "nullreferenceexception", 424: "nullreferenceexception",
}  # fmt: skip
"""The types of errors by their numbers, in languages whose errors have types."""


def caught(f: Frame, error: Thrown) -> Value:
    """Return the value of an error: the thrown value, else an object with number and text."""
    if error.value is not MISSING:
        return error.value
    if f[1].world.library.has_types:
        number, _, text = [*error.args, MISSING, MISSING, MISSING][:3]
        kind = _EXCEPTIONS.get(number, "exception") if number.__class__ is int else "exception"
        return exception(f, kind, _TEXT if text is MISSING else text)
    names = ("number", "source", "description")
    fields = dict(zip(names, (*error.args, *[_TEXT] * 3), strict=False))
    return f[0].new("error", {**fields, "message": fields["description"]}, "error" if f[1].coarse else None)


def doubted(f: Frame, value: Value) -> Value:
    """Return the value of an error that may have happened; `MISSING` stands for one that nobody knows."""
    if value is not MISSING:
        return value
    return exception(f, "exception") if f[1].world.library.has_types else UNKNOWN


def exception(f: Frame, kind: str, text: Value = _TEXT) -> Value:
    """Return an error as an object of a type; ``exception`` may be of any that comes from it."""
    fields = {**f[1].world.library.fields.get(kind, {}), "message": text}
    if kind == "exception":
        fields[OPEN] = True
    return f[0].new(kind, fields, kind if f[1].coarse else None)

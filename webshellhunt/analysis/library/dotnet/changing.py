"""Static functions of .NET whose arguments may be unknown: those that join texts, and those that change arrays."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of, known_items, length_of
from webshellhunt.analysis.domain.taints import derived, lettered
from webshellhunt.analysis.domain.values import Text, Thing, Value, is_known
from webshellhunt.analysis.library import decoders, parts
from webshellhunt.analysis.library.arguments import Full, Runner, UnsolvedError, integer_of, is_function, part_of
from webshellhunt.analysis.library.containers import blur, byte_array, store
from webshellhunt.analysis.library.dotnet.copies import copy_part
from webshellhunt.analysis.library.dotnet.formats import string_format
from webshellhunt.analysis.library.dotnet.lists import reverse, sort
from webshellhunt.analysis.library.sequences import row_of


def _listed(a: list[Value]) -> list[Value]:
    """Return the values of arguments, or of the one array that stands for them."""
    if len(a) == 1 and a[0].__class__ is Thing:
        return row_of(a[0]).exact()
    return a


def _concat(machine: Runner, a: list[Value], _: int) -> Value:
    items = _listed(a)
    machine.spend(len(items) // 8)
    return parts.joined([part_of(each, machine.language) for each in items], "")


def _join(machine: Runner, a: list[Value], _: int) -> Value:
    """``String.Join(separator, items)``, ``String.Join(separator, array, start, count)``."""
    separator = part_of(a[0], machine.language)
    if len(a) == 4 and a[1].__class__ is Thing:
        items = row_of(a[1]).exact()[integer_of(a[2]) :][: integer_of(a[3])]
    else:
        items = _listed(a[1:])
    machine.spend(len(items) // 8)
    return parts.joined([part_of(each, machine.language) for each in items], separator)


def _combine(machine: Runner, a: list[Value], _: int) -> Value:
    """``Path.Combine`` of parts that are not all known."""
    items = _listed(a)
    if all(map(is_known, items)):
        raise UnsolvedError
    return parts.joined([parts.stripped(part_of(each), "\\", "end") for each in items], "\\")


def _file_name(machine: Runner, a: list[Value], _: int) -> Value:
    """``Path.GetFileName`` of a text known in part."""
    if a[0].__class__ is not Text:
        raise UnsolvedError
    kept: list[Value] = []
    for part in reversed(a[0].parts):
        if isinstance(part, str) and (at := max(part.rfind("\\"), part.rfind("/"))) >= 0:
            return parts.whole([part[at + 1 :], *reversed(kept)])
        kept.append(part)
    return parts.whole(reversed(kept))


def _reverse(machine: Runner, a: list[Value], token: int) -> Value:
    if a[0].__class__ is not Thing:
        raise UnsolvedError
    return reverse(machine, a[0], a[1:], token)


def _sort(machine: Runner, a: list[Value], token: int) -> Value:
    if a[0].__class__ is not Thing:
        raise UnsolvedError
    sort(machine, a[0], a[1:2], token)
    return None


def _copy(machine: Runner, a: list[Value], _: int) -> Value:
    """``Array.Copy(source, target, count)``, ``Array.Copy(source, start, target, at, count)``."""
    if not all(each.__class__ is Thing or is_known(each) for each in a):
        target = a[1] if len(a) == 3 else a[2]
        if target.__class__ is not Thing:
            raise UnsolvedError
        blur(machine, target, [lettered(a[:1]) if a[0].__class__ is not Thing else derived(a[:1])])
        return None
    if len(a) == 3:
        copy_part(machine, a[0], 0, a[1], 0, integer_of(a[2]))
    else:
        copy_part(machine, a[0], integer_of(a[1]), a[2], integer_of(a[3]), integer_of(a[4]))
    return None


def _resize(machine: Runner, a: list[Value], _: int) -> Value:
    """``Array.Resize(ref array, length)``: the array itself changes."""
    known = known_items(a[0])
    if a[0].__class__ is not Thing or known is None:
        raise UnsolvedError
    size = integer_of(a[1])
    store(machine, a[0], [*known[:size], *[0] * (size - len(known))])
    return None


def _clear(machine: Runner, a: list[Value], _: int) -> Value:
    """``Array.Clear(array, start, count)``."""
    if a[0].__class__ is not Thing:
        raise UnsolvedError
    start = integer_of(a[1]) if len(a) > 1 else 0
    count = integer_of(a[2]) if len(a) > 2 else length_of(a[0]) or 0
    for at in range(start, min(start + count, length_of(a[0]) or 0)):
        machine.state.put(a[0].fields, at, 0)
    return None


def _tuple(_: Runner, a: list[Value], __: int) -> Value:
    return tuple_of(a)


def tuple_of(items: list[Value]) -> Thing:
    """Return a tuple."""
    made = array_of(items, "tuple")
    for at, item in enumerate(items, 1):
        made.fields[f"item{at}"] = item
    return made


def _ran(machine: Runner, a: list[Value], token: int) -> Value:
    """``Task.Run(function)``."""
    if not is_function(a[0]):
        raise UnsolvedError
    return machine.call(a[0], [], token)


def _all_results(_: Runner, a: list[Value], __: int) -> Value:
    return a[0] if len(a) == 1 and a[0].__class__ is Thing else array_of(a)


def _converted(_: Runner, a: list[Value], __: int) -> Value:
    """``Encoding.Convert(from, to, bytes)``."""
    source, target = (decoders.is_encoding(each) for each in a[:2])
    if source is None or target is None:
        raise UnsolvedError
    return byte_array(decoders.get_bytes(target, [decoders.decode(source, a[2])]))


CHANGING: dict[str, Full] = {
    **dict.fromkeys(("interlocked.exchange", "interlocked.compareexchange"), lambda machine, a, token: a[0]),
    "string.concat": _concat,
    "string.join": _join,
    "string.format": string_format,
    "strings.format": string_format,
    **dict.fromkeys(("path.combine", "path.join"), _combine),
    "path.getfilename": _file_name,
    "array.reverse": _reverse,
    "array.sort": _sort,
    **dict.fromkeys(("array.copy", "array.constrainedcopy", "buffer.blockcopy"), _copy),
    "array.resize": _resize,
    "array.clear": _clear,
    **dict.fromkeys(("tuple.create", "valuetuple.create"), _tuple),
    **dict.fromkeys(("task.run", "task.factory.startnew", "factory.startnew"), _ran),
    **dict.fromkeys(("task.fromresult", "valuetask.fromresult"), lambda machine, a, token: a[0]),
    "task.whenall": _all_results,
    "encoding.convert": _converted,
}
"""The functions by name."""

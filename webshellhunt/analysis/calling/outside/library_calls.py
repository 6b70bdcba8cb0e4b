"""Calls of methods that the library knows, and methods of objects of which nothing is known."""

from __future__ import annotations

from functools import cache

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.by_reference import assign_library_outs
from webshellhunt.analysis.calling.construction import use_item
from webshellhunt.analysis.calling.events import raise_events, run_worker
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.calling.given import INDEXED, Given
from webshellhunt.analysis.calling.items import get_item, set_item
from webshellhunt.analysis.calling.outside.known_names import NAMELESS, names_of
from webshellhunt.analysis.calling.outside.named_calls import call_named, may_throw
from webshellhunt.analysis.calling.outside.sources import item_of_source, member_of_source, request_names
from webshellhunt.analysis.calling.outside.stores import is_removed
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import ABSENT, REST, UNKNOWN, Closure, Opaque, Tainted, Thing, Value
from webshellhunt.analysis.execution.failures import adds_twice, conversion_fails, fail
from webshellhunt.analysis.execution.targets import write
from webshellhunt.analysis.jscript.objects import items_as_texts
from webshellhunt.analysis.library.streams import INNER
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Block, Call, Function, Jump, Member, Name, Parameter

_STORES = frozenset({"session", "application", "cache", "viewstate", "items"})

_STARTING = frozenset({"start", "runsynchronously", "join", "wait", "run", "runworkerasync", "unsafestart"})
"""Methods of an object that was made with a function, which call it."""

_READING = frozenset({"contents", "item", "get"})
_WRITING = frozenset({"add", "insert", "set"})
"""Methods of a store that read and write an entry."""
_SLOTS = frozenset({"currentdomain", "callcontext"})
"""Objects with entries that ``SetData`` writes and ``GetData`` reads."""
_REMOVING = frozenset({"remove", "removeall", "clear", "abandon"})
"""Methods of a store that remove entries."""

_LIBRARIES = frozenset({"scripting", "adodb", "wscript", "cdo", "cdonts", "jmail", "mswc", "adox", "shell"})
"""First names of classes of COM that return none of their arguments."""
_BY_ITSELF = Function(
    0,
    0,
    "",
    [Parameter(0, 0, "x"), Parameter(0, 0, "y")],
    Block(0, 0, [Jump(0, 0, "return", Call(0, 0, Member(0, 0, Name(0, 0, "x"), "CompareTo"), [Name(0, 0, "y")]))]),
)
"""The function ``x.CompareTo(y)`` of two values."""
_SORTING = frozenset({"sort", "orderby", "orderbydescending", "order", "min", "max"})


def call_library(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that the page does not declare."""
    given.values[:] = [kept_by(machine, each) for each in given.values]
    stored = _call_source(machine, subject, name, given, token)
    if stored is not ABSENT:
        machine.control.may_throw()
        return stored
    lower = name.lower()
    if lower == "add" and adds_twice(machine, subject, given.values):
        return fail(machine, 457)
    if machine.language == "jscript" and name == "join":
        subject = items_as_texts(machine, subject, token)
    given.values[:] = with_comparers(machine, lower, subject, given.values)
    known = _call_known(machine, subject, name, given, token)
    if known is not library.UNSOLVED:
        return known
    machine.control.may_throw()
    if subject.__class__ is Thing:
        _start(machine, subject, lower, given, token)
    if lower in vocabulary().cleaner_members:
        return Opaque("number")
    is_own = subject.__class__ is Thing and subject.symbol is not None
    is_global = machine.language == "jscript" and is_own and lower == "eval"  # as a member of any object of the page
    names = (lower,) if is_global else (*(names_of(subject) or NAMELESS), lower)
    result = call_named(machine, names, forced(subject), given, token)
    _take_up(machine, subject, lower, given)
    return result


def _call_known(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that the library knows, or take an item of a property of Visual Basic; `UNSOLVED` otherwise."""
    lower = name.lower()
    if subject.__class__ is Opaque:
        if conversion_fails(machine, subject.names(lower), given.values):
            return fail(machine, 13, kind="formatexception")
        known = library.call_function(machine, subject.names(lower), given.values, token)
        if known is not library.UNSOLVED:
            may_throw(machine, [known, *given.values])
            assign_library_outs(machine, None, subject.names(lower), given)
        return known
    is_script = machine.language == "jscript"
    known = library.call_method(machine, subject, name if is_script else lower, given.values, token)
    if known is not library.UNSOLVED:
        may_throw(machine, [known, subject, *given.values])
        assign_library_outs(machine, subject, (lower,), given)
        return known
    if machine.language in VB and given.values and subject.__class__ is Thing and subject.symbol is None:
        held = subject.fields.get(lower, UNKNOWN)
        if held.__class__ is Thing:
            return get_item(machine, held, given.values, token)
    return known


def _start(machine: Machine, thing: Thing, name: str, given: Given, token: int) -> None:
    """Call the functions that an object was made with, or that handle its work, where a method starts it."""
    if name == "runworkerasync":
        run_worker(machine, thing, given.values[0] if given.values else None)
    if name in _STARTING or name.endswith("async"):
        raise_events(machine, thing)
        for key in [key for key in thing.fields if isinstance(key, str) and key.startswith("\0callback")]:
            machine.call(thing.fields[key], given.values, token)


def _call_source(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that reads the request or a store, or fills a store; `ABSENT` for any other."""
    source = member_of_source(subject, name, token)
    if source is not None:
        return (item_of_source(source, given.values[0], token) or source) if given.values else source
    lower = name.lower()
    if machine.language in VB and subject.__class__ in (Opaque, Thing) and given.values:
        member = Opaque("", (*names_of(subject), lower))
        if request_names(member) == () or lower in _STORES:
            return get_item(machine, member, given.values, token)
    if request_names(subject) == () and lower == "servervariables" and given.values:
        return get_item(machine, Opaque("", ("request", "servervariables")), given.values, token)
    last = subject.path[-1] if subject.__class__ is Opaque and subject.path else ""
    if (last in INDEXED and lower in _READING) or (last in _SLOTS and lower == "getdata"):
        return get_item(machine, subject, given.values, token)
    if len(given.values) >= 2 and ((last in INDEXED and lower in _WRITING) or (last in _SLOTS and lower == "setdata")):
        set_item(machine, subject, given.values[:1], given.values[1], token)
        return None
    if subject.__class__ is Opaque and lower in _REMOVING and is_removed(machine, subject, lower, given.values):
        return None
    return ABSENT


def _take_up(machine: Machine, subject: Value, name: str, given: Given) -> None:
    """Let an object take up its arguments, and fill others with its content."""
    vocab = vocabulary()
    if name.startswith("write") and subject.__class__ is Thing and INNER in subject.fields:
        library.call_method(machine, subject.fields[INNER], "write", [derived(given.values)], 0)
    takes = name in vocab.gatherers or (machine.language == "vbscript" and _is_unknown(subject))
    if subject.__class__ is Thing and takes and any(map(traces_of, given.values)):
        use_item(machine, subject.fields, REST, derived(given.values))
    if name == "load" and subject.__class__ is Thing and given.values and request_names(given.values[0]) == ():
        use_item(machine, subject.fields, REST, Tainted((Trace("visitor", "Request", given.nodes[0].start),), "string"))
    if name not in vocab.fillers or not given.values:
        return
    content = derived([subject])
    if content.__class__ is not Tainted:
        return
    if given.values[0].__class__ is Thing:
        use_item(machine, given.values[0].fields, REST, content)
    elif given.values[0].__class__ is Opaque and isinstance(given.nodes[0], (Name, Member)):
        write(machine, given.nodes[0], content)  # nothing is known of the target


def _is_unknown(subject: Value) -> bool:
    """True if an object is of a class of a library of which nothing is known: it may return what it was given."""
    is_made = subject.__class__ is Thing and subject.symbol is None and "." in subject.type
    is_made = is_made and "http" not in subject.type  # what another machine answers
    return is_made and subject.type not in _kinds_known() and subject.type.partition(".")[0] not in _LIBRARIES


@cache
def _kinds_known() -> frozenset[str]:
    return frozenset(vocabulary().types.values())


def with_comparers(machine: Machine, name: str, subject: Value, values: list[Value]) -> list[Value]:
    """Return the arguments of a method that sorts, with a function for each comparer of the page."""
    if name not in _SORTING or machine.language not in ("c#", "vb"):
        return values
    compared = [_method(machine, each, "Compare") or each for each in values]
    if name == "sort" and not values:
        first = (known_items(subject) or [None])[0] if subject.__class__ is Thing else None
        return [] if _method(machine, first, "CompareTo") is None else [Closure(_BY_ITSELF, None, None)]
    return compared


def _method(machine: Machine, value: Value, name: str) -> Closure | None:
    """Return a method of an object of the page, ``None`` where it has none."""
    if value.__class__ is not Thing or value.symbol is None:
        return None
    found = find_member(machine, value.symbol, machine.symbols.fold(name))
    return Closure(found.functions[0], None, value) if found is not None and found.kind == "method" else None

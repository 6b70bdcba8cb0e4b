"""Sending: the calls and assignments by which values leave a page, and the connections that they use."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.analysis.browser.channels import STORES, Channel, ways
from webshellhunt.analysis.browser.notes import Called
from webshellhunt.analysis.browser.sent import Outbox, address_in_markup, tainted_of
from webshellhunt.analysis.calling.outside.known_names import names_of
from webshellhunt.analysis.domain.joining import join
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.values import ABSENT, REST, UNKNOWN, Opaque, Tainted, Text, Thing, Value, options_of
from webshellhunt.analysis.machine.machine import Machine

ADDRESS = "\0address"
"""Where a connection keeps the address that it was opened to."""
MARKUP = frozenset({"innerhtml", "outerhtml", "srcdoc"})
_WRITES = frozenset({"write", "writeln", "insertadjacenthtml", "html", "append", "prepend"})
_ATTRIBUTES = frozenset({"setattribute", "attr", "prop"})
_SENDS = frozenset({"send", "setrequestheader"})
_SETS_UP = "ajaxsetup"
_MOST_DEFAULTS = 16
_LIBRARIES = frozenset({"$", "jquery"})
_GATHERS = frozenset({"append", "set", "add", "push", "unshift"})


def note_call(machine: Machine, outbox: Outbox, called: Called) -> None:
    """Note the values that a call sends, stores, writes into the page, opens or adds to an object."""
    name, arguments = called.name, called.arguments
    if name in _GATHERS:
        _gather(machine, outbox, called)
    if name == "open" and len(arguments) > 1:
        _open(machine, outbox, called.subject, arguments[1])
    if name == _SETS_UP and len(outbox.defaults) < _MOST_DEFAULTS:
        outbox.defaults += [each for each in arguments[:1] if each.__class__ is Thing]
    if name in _WRITES:
        for each in arguments:
            note_markup(outbox, called.names, each, called.place)
    if name in _ATTRIBUTES:
        if len(arguments) > 1 and isinstance(arguments[0], str):
            note_assignment(outbox, ("element", arguments[0].lower()), arguments[1], called.place)
    elif called.subject.__class__ is not Tainted:
        _send(outbox, called)


def note_assignment(outbox: Outbox, names: tuple[str, ...], value: Value, token: int) -> None:
    """Note the value that an assignment to dotted names sends or stores."""
    if names[-1] in MARKUP:
        note_markup(outbox, names, value, token)
    channel = ways().of_assignment(names)
    if channel is not None:
        contents = () if channel is Channel.FORM else (value,)
        outbox.add(channel, _shown(names), token, value, contents)


def note_markup(outbox: Outbox, names: tuple[str, ...], markup: Value, token: int) -> None:
    """Note the addresses of elements in markup that a script writes into the page."""
    for option in options_of(markup):
        if option.__class__ is Text:
            outbox.add(Channel.BEACON, _shown(names), token, address_in_markup(option), [option])


def _send(outbox: Outbox, called: Called) -> None:
    defaults = outbox.defaults if called.names[0] in _LIBRARIES else []
    contents = [*called.arguments, *defaults]
    way = ways().of_call(called.names, len(contents))
    if way is not None:
        is_opened = called.name in _SENDS
        address = _opened(outbox, called.subject) if is_opened else _address_in(called.arguments, way.address, defaults)
        outbox.add(way.channel, _shown(called.names), called.place, address, contents)


def _shown(names: tuple[str, ...]) -> str:
    return ".".join(names[-2:]).strip(".")


def _address_in(arguments: Sequence[Value], number: int, defaults: Sequence[Thing]) -> Value:
    """Return the address among the arguments of a call, or that of the default settings."""
    address = _address_of(arguments[:2])
    if address is ABSENT and number < len(arguments) and arguments[number].__class__ is not Thing:
        return arguments[number]
    address = _address_of(defaults) if address is ABSENT else address
    return UNKNOWN if address is ABSENT else address


def _address_of(settings: Sequence[Value]) -> Value:
    """Return the address that the settings of a request have, `ABSENT` where they have none."""
    for each in settings:
        for option in options_of(each):
            if option.__class__ is Thing and "url" in option.fields:
                return option.fields["url"]
    return ABSENT


def _open(machine: Machine, outbox: Outbox, subject: Value, address: Value) -> None:
    """Note the address that a connection is opened to."""
    if subject.__class__ is Thing:
        machine.state.put(subject.fields, ADDRESS, address)
    for names in ((), names_of(subject)):
        outbox.opened[names] = join(outbox.opened.get(names, ABSENT), address)


def _opened(outbox: Outbox, subject: Value) -> Value:
    """Return the address that a connection was opened to; any address, where it is not known."""
    known = subject.fields.get(ADDRESS, ABSENT) if subject.__class__ is Thing else ABSENT
    return known if known is not ABSENT else outbox.opened.get(names_of(subject), outbox.opened.get((), UNKNOWN))


def _gather(machine: Machine, outbox: Outbox, called: Called) -> None:
    """Let an object of a library take up a value: ``form.append("name", value)``."""
    subject = called.subject
    outbox.note_entry(called.arguments)
    if not tainted_of(called.arguments):
        return
    if subject.__class__ is Opaque and subject.path and STORES.isdisjoint(subject.path):
        subject = machine.kept.stores.setdefault(".".join(subject.path), Thing("store"))
    if subject.__class__ is Thing:
        content = join(subject.fields.get(REST, ABSENT), derived(called.arguments))
        machine.state.put(subject.fields, REST, content)

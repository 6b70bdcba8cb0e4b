"""Calls of things that the page does not declare: sinks are noted, sources and opened files returned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.analysis.calling.outside.known_names import names_of, program_names
from webshellhunt.analysis.calling.outside.sources import of_control, of_control_type
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.taints import counted, derived, traces_of
from webshellhunt.analysis.domain.values import FOUND, REST, UNKNOWN, Opaque, Tainted, Text, Thing, Value, options_of
from webshellhunt.analysis.library.unknown_functions import result_of
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.traces import Trace
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.language_names import VB
from webshellhunt.lazy_pattern import lazy_pattern

MAKERS = frozenset({"createobject", "getobject", "activexobject"})
_TEXT_MAKERS = frozenset({"createtextfile", "opentextfile", "openastextstream", "createtext", "appendtext"})
_STREAM_MAKERS = frozenset((owner, name) for owner in ("file", "fileinfo") for name in ("open", "openwrite", "create"))
"""Calls that open a file as a stream of bytes, by their last two names."""
_POSTED = frozenset({"httppostedfile", "httppostedfilebase"})
READERS = frozenset(
    {"readalltext", "readallbytes", "readalllines", "readlines", "opentext", "openread", "opentextfile", "streamreader"}
)
"""Members and classes of the languages that open the file whose path is their argument, to read it."""
READING = lazy_pattern(r"read|load|include|import|template|file")
"""Words in the names of functions of other files that read one: without that other file, nothing comes of the call."""
FOLDER = lazy_pattern(r"(?:[\w.~-]*+[/\\])+")


def _upload(machine: Machine, subject: Value, token: int) -> Value:
    """Return the content that ``SaveAs`` of an object writes: the upload of a visitor, for a control that uploads."""
    content = of_control_type(subject, "FileContent", token)
    if content is None and subject.__class__ is Opaque:
        content = of_control(subject.path, machine.surroundings.controls, "FileContent", token)
        if content is None and (subject.type in _POSTED or subject.path[-1:] == ("postedfile",)):
            content = Tainted((Trace("upload", ".".join(names_of(subject)), token),))
    return subject if content is None else content


def call_outside(
    machine: Machine,
    names: tuple[str, ...],
    subject: Value,
    arguments: Sequence[Value],
    token: int,
    *,
    is_made: bool = False,
) -> Value:
    """Return the result of a call of something that the page does not declare; a sink is noted."""
    vocab = vocabulary()
    is_declared = len(names) == 1 and names[0] in machine.surroundings.declared and machine.language in VB
    sinks = [] if is_declared else vocab.sink(names)
    if sinks:
        content = _upload(machine, subject, token) if names[-1] == "saveas" else subject
        arrival = machine.observer.arrive(names, token, arguments, content, is_made=is_made)
        if any(sink.kind == "evaluate" for sink in sinks):
            return type(machine).evaluator(machine, arrival, names, arguments, token)
    if vocab.is_remote(names):
        return Tainted((Trace("remote", names[-1], token),))
    if reads_site_file(machine.language, names, arguments):
        return Thing("textstream") if names[-1] in _TEXT_MAKERS else Opaque("string")
    if opened := _opened(names, arguments):
        return _opened_as(machine, opened, derived([subject, *arguments]))
    if names[-1] in MAKERS:
        return _made(arguments, names)
    if vocab.is_cleaner(names):
        return counted(arguments)
    if names[-1] == "mappath":
        return choice([_mapped(each, names) for each in options_of(next(iter(arguments), UNKNOWN))])
    return result_of(machine.language, names, subject, arguments)


def _opened_as(machine: Machine, kind: str, content: Value) -> Thing:
    """Return a file that is open; the visitor selects its content where he says which file it is."""
    thing = Thing(kind)
    machine.state.bear(thing.fields)
    if content.__class__ is Tainted:
        thing.fields[REST] = replace(content, form=FOUND)
    return thing


def _mapped(path: Value, names: tuple[str, ...]) -> Value:
    """Return the place of a path of the site on the disk: a visitor's text in it stays below the site."""
    root = Opaque("string", names)
    if path.__class__ is Text:
        parts = (_mapped(part, names) if traces_of(part) else part for part in path.parts)
        return Text(tuple(parts) if traces_of(path) else (root, *parts))
    value = derived([path])
    if value.__class__ is Tainted:
        return Tainted(value.traces, "string", "mapped")
    return root if path == "" else Text((root, path))


def _opened(names: tuple[str, ...], arguments: Sequence[Value]) -> str:
    """Return the type of the object that a call of a library opens or looks up, ``""`` where that is not known."""
    if names[-1] in _TEXT_MAKERS:
        return "textstream"
    if names[-2:] in _STREAM_MAKERS:
        return "filestream"
    if names[-1] == "get" and arguments and isinstance(arguments[0], str):
        kind = arguments[0].lower().rpartition(":")[2]
        return kind if kind == "win32_process" else ""
    return ""


def _made(arguments: Sequence[Value], names: tuple[str, ...]) -> Value:
    """Return the object that a program id names."""
    for argument in arguments:
        if isinstance(argument, str):
            return Thing(".".join(program_names(argument)))
    return Opaque("", names)


def reads_site_file(language: str, names: tuple[str, ...], arguments: Sequence[Value]) -> bool:
    """Return True if a call reads a file in a fixed folder of the site."""
    is_reader = names[-1] in READERS or (
        language == "vbscript" and len(names) == 1 and READING.search(names[0]) is not None
    )
    return is_reader and any(_begins_in_folder(option) for each in arguments for option in options_of(each))


def _begins_in_folder(value: Value) -> bool:
    if value.__class__ is not Text or not isinstance(value.parts[0], str):
        return False
    return FOLDER.fullmatch(value.parts[0]) is not None

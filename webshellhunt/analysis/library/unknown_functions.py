"""Unknown functions: results of functions that neither the page declares nor the library knows, and their members."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import (
    ANSWER,
    ESCAPED,
    FOUND,
    UNKNOWN,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    options_of,
)
from webshellhunt.analysis.library.calls import known_function
from webshellhunt.analysis.library.knowledge import knowledge
from webshellhunt.analysis.queries import is_query
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lazy_pattern import lazy_pattern

_LONGEST_NAME = 6
"""Names after which nothing is known any more."""
_ENCODES = frozenset({"escape", "htmlencode", "urlencode"})
"""Functions whose result has no quotation mark."""
_UNDOING = lazy_pattern(
    r"decod|decrypt|unescape|unprotect|base64|b64|hex|serializ|pars|json|xml|convert|bytes|stream|readobject"
)
"""Parts of the names of functions whose result is the text of their argument in another form."""
_OF_HOST = frozenset(
    {
        "request", "response", "server", "session", "application", "cache", "context", "httpcontext", "page", "this",
        "me", "system", "microsoft", "visitor", "base", "mybase", "wscript", "err", "reflection", "reflected",
        "cast", "named", "eval", "execute", "executeglobal", "getref",
    }
)  # fmt: skip
"""First names of objects of the server, of namespaces of .NET, and of values that the run knows in another way."""
_OF_DOTNET = frozenset(
    {
        "regex", "match", "path", "file", "directory", "fileinfo", "directoryinfo", "environment", "encoding", "string",
        "uri", "task", "enumerable", "httputility", "webutility", "httpserverutility", "marshal", "buffer", "activator",
        "assembly", "type", "appdomain", "process", "stringbuilder", "membership", "formsauthentication", "dns",
    }
)  # fmt: skip
"""Classes of .NET with functions that return their argument, or its parts."""
_COLLECTIONS = frozenset(f"request.{name}" for name in ("querystring", "form", "params", "headers", "cookies"))
_ADDRESS = "request.url"
_SITE = frozenset({"scheme", "port", "isdefaultport", "hostnametype", "isloopback"})
"""Parts of the address of a request that have no text of a visitor; the host is a header that he sends."""
_OF_FOLDER = frozenset({"files", "subfolders"})
"""Members of a folder that enumerate the files in it."""
_AWAITED = frozenset({"result", "value", "current", "item", "text"})
_ASKING = frozenset(
    {"executereader", "executescalar", "executexmlreader", "executereaderasync", "executescalarasync", "openrecordset"}
)
"""Methods of commands and databases that return records."""
_OF_ADO = frozenset({"adodb.connection", "adodb.command"})
_FROM = lazy_pattern(r"\bfrom\s", re.IGNORECASE)
_APART = lazy_pattern(r"'[^']*+'|\"[^\"]*+\"|\[[^\]]*+\]|/\*(?:[^*]|\*(?!/))*+\*/|--[^\r\n]*+")
"""Texts, quoted names and comments of a statement."""
_SELECT = lazy_pattern(r"\bselect\b", re.IGNORECASE)
RECORD = Opaque("", ("database", "record"))


def result_of(language: str, names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> Value:
    """Return the result of a call of which nothing is known: tainted if its subject or an argument is."""
    if is_record(names, subject, arguments):
        return RECORD
    made = derived([subject, *arguments])
    if made.__class__ is Tainted:
        return replace(made, form=_result_form(language, names, subject, arguments))
    return Opaque("", names) if len(names) < _LONGEST_NAME else UNKNOWN


def _result_form(language: str, names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> str:
    """Return the form of the visitor's text in the result of a call.

    In VBScript an unknown function is one of an include, which cleans a text or looks it up. In the other languages the
    result may be the text as well, unless the function gets a whole collection of the request, or the answer of another
    function; its members are those of an object that was looked up.
    """
    if names[-1] in _ENCODES:
        return ESCAPED
    if subject.__class__ is Tainted and subject.form in (ANSWER, FOUND):
        return str(subject.form)
    if (subject is not None and not _is_undeclared(subject)) or _is_known(names, language):
        return ""
    return FOUND if language == "vbscript" or any(map(_is_object, arguments)) else ANSWER


def _is_known(names: tuple[str, ...], language: str) -> bool:
    """True if a function is one of the server or of the library, or undoes an encoding."""
    if names[0] in _OF_HOST or _UNDOING.search(names[-1]) is not None or known_function(names, language) is not None:
        return True
    return len(names) > 1 and (_is_of_dotnet(names[-2]) or _is_of_dotnet(names[0]))


def _is_object(value: Value) -> bool:
    """True if a value is no text of the visitor: a collection of his request, or an object that he selects."""
    if value.__class__ is not Tainted:
        return False
    is_collection = value.is_fresh and value.traces[0].origin.lower() in _COLLECTIONS
    return is_collection or value.form in (ANSWER, FOUND)


def _is_undeclared(subject: Value) -> bool:
    """True if a value is known by its dotted names alone."""
    return subject.__class__ is Opaque and not subject.type and bool(subject.path)


def _is_of_dotnet(owner: str) -> bool:
    numbers, booleans, same = knowledge()[:3]
    vocab = vocabulary()
    owners = (numbers.owners, booleans.owners, same.owners, vocab.owners, vocab.types, _OF_DOTNET)
    return any(owner in each for each in owners)


def item_of(language: str, name: str, keys: Sequence[Value]) -> Value:
    """Return an item of a name that VBScript may mean as a function of another file, tainted if a key is."""
    made = derived(keys)
    return replace(made, form=_result_form(language, (name,), None, keys)) if made.__class__ is Tainted else made


def member_of(subject: Value, name: str = "") -> Value:
    """Return a member, in lower case, or an item of a value of which nothing is known: tainted if the value is."""
    made = derived([subject])
    if made.__class__ is Tainted and name in _OF_FOLDER:
        return replace(made, form=FOUND)
    if subject.__class__ is not Tainted:
        return made
    if subject.is_fresh and name in _SITE and subject.traces[0].origin.lower() == _ADDRESS:
        return Opaque("string", ("url", name))
    is_found = subject.form == FOUND or (subject.form == ANSWER and name not in _AWAITED)
    return replace(made, form=FOUND) if is_found else made


def is_record(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    """True if a call returns records of a table: by its name, its object or its statement, and by that statement."""
    if not _asks(names, subject, arguments):
        return False
    given = [*(subject.fields.values() if subject.__class__ is Thing else (subject,)), *arguments]
    return all(_selects_from_table(option) for value in given if traces_of(value) for option in options_of(value))


def _selects_from_table(value: Value) -> bool:
    """True for a statement whose last ``select`` has its table before it has any text of the visitor."""
    if not traces_of(value):
        return True
    before = ""
    for part in value.parts if value.__class__ is Text else ():
        if traces_of(part):
            break
        before += part if isinstance(part, str) else ""
    last = _SELECT.split(_APART.sub(" ", before))[-1]
    return _FROM.search(last) is not None


def _asks(names: tuple[str, ...], subject: Value, arguments: Sequence[Value]) -> bool:
    if names[-1] != "execute":
        return names[-1] in _ASKING
    if subject.__class__ is Thing:
        return subject.type in _OF_ADO
    return len(names) > 1 and any(_is_statement(each) for value in arguments[:1] for each in options_of(value))


def _is_statement(value: Value) -> bool:
    first = value.parts[0] if value.__class__ is Text else value
    return isinstance(first, str) and is_query(first)

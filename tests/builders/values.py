"""Values that small inert programs pass to a sink, asked of the flows of a page: the public face of any engine.

A program marks each expression whose value counts as ``SINK«expression»``. One page runs the visitor's text
where the expression has the expected value, its twin where it has any other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from tests.builders.inert import analyse
from webshellhunt.analysis.browser.run import run_scripts
from webshellhunt.analysis.browser.source import piece_of, source_of
from webshellhunt.client_scripts.script_analysis import Fields

VISITOR = "VISITOR"
"""The value is the visitor's text, or made of it."""
UNKNOWN = "UNKNOWN"
"""The value is not the visitor's, whatever it is."""
NEVER = "NEVER"
"""The sink is never reached."""
Expected = str | list[str]
"""An expression of the language, or a list of those that it may be; or one of the three words."""
_OTHER = '"no such value"'
_SINK = re.compile(r"SINK«(.*?)»", re.DOTALL)


class Dialect(NamedTuple):
    """How a language reads the request, starts a program and compares."""

    language: str
    is_classic: bool
    request: str
    started: str
    choice: str


_START = "System.Diagn·ostics.Pro·cess.Start({})"
_RUN = 'new ActiveX·Object("WScr·ipt.Sh·ell").Run({})'
_SEND = 'fetch("//a.example/", {})'
_KEYS = ("k", "expected", "other")
_SHELL = 'CreateObject("WScr·ipt.Sh·ell").Run'
DIALECTS = {
    "vbscript": Dialect(
        "vbscript", True, 'Req·uest("{}")', f"{_SHELL} {{}}", f"If ({{}}) = {{}} Then {_SHELL} {{}} Else {_SHELL} {{}}"
    ),
    "vbnet": Dialect("vb", False, 'Req·uest("{}")', _START, _START.format("If(({}) = {}, {}, {})")),
    "csharp": Dialect("c#", False, 'Req·uest["{}"]', _START, _START.format("({}) == {} ? {} : {}")),
    "jscript": Dialect("jscript", False, 'Req·uest("{}")', _RUN, _RUN.format("({}) === {} ? {} : {}")),
    "jscript_classic": Dialect("jscript", True, 'Req·uest("{}")', _RUN, _RUN.format("({}) === {} ? {} : {}")),
    "browser": Dialect(
        "browser", False, 'document.getElementById("{}").value', _SEND, _SEND.format("({}) === {} ? {} : {}")
    ),
}


def page(dialect: Dialect, code: str, expected: Sequence[str], *, is_twin: bool = False) -> str:
    """Return the page that judges a program, or its twin, which runs the visitor's text for each other value."""
    each = iter(expected)
    key, harmless = dialect.request.format("other" if is_twin else "expected"), '"x"'
    sides = (harmless, key) if is_twin else (key, harmless)

    def judged(found: re.Match[str]) -> str:
        value = next(each)
        if value in (VISITOR, UNKNOWN):
            return dialect.started.format(found[1])
        if value == NEVER:
            return dialect.started.format(VISITOR)
        return dialect.choice.format(found[1], value, *sides)

    text = _SINK.sub(judged, code)
    return text.replace(VISITOR, dialect.request.format("k")).replace(
        "UNSURE", "window.innerWidth" if dialect.language == "browser" else "Server.ScriptTimeout"
    )


def _arrived(dialect: Dialect, code: str) -> set[str]:
    if dialect.language == "browser":
        return _sent(code)
    analysis = analyse(code, dialect.language, is_classic=dialect.is_classic)
    traces = [flow.trace for flow in analysis.flows if flow.trace is not None]
    outside = [trace for trace in traces if trace.kind in ("visitor", "upload", "remote")]
    return {trace.key if trace.key in ("expected", "other") else VISITOR for trace in outside}


def _sent(code: str) -> set[str]:
    """Return what the scripts of a page with three password fields send: the fields are the visitor's texts."""
    source = source_of([piece_of(code)])
    traces = [trace for sent in run_scripts(source, Fields({*_KEYS}, asks_password=True)).sent for trace in sent.traces]
    found = [next((key for key in _KEYS[1:] if key in trace.origin), VISITOR) for trace in traces]
    return {*found}


def is_right(dialect: Dialect, code: str, expected: Sequence[Expected]) -> bool:
    """True if each sink of a program gets the value that is expected of it, and one of several each of them."""
    options = next((value for value in expected if isinstance(value, list)), None)
    if options is None:
        plain = [value for value in expected if isinstance(value, str)]
        wanted = _wanted(plain)
        if _arrived(dialect, page(dialect, code, plain)) != wanted:
            return False
        return "expected" not in wanted or _arrived(dialect, page(dialect, code, plain, is_twin=True)) == wanted - {
            "expected"
        }
    for option in (*options, _OTHER):
        plain = [option if isinstance(value, list) else value for value in expected]
        if _arrived(dialect, page(dialect, code, plain)) != _wanted(plain):
            return False
    return True


def _wanted(expected: Sequence[str]) -> set[str]:
    known = {VISITOR: VISITOR, UNKNOWN: "", NEVER: "", _OTHER: ""}
    return {known.get(value, "expected") for value in expected} - {""}

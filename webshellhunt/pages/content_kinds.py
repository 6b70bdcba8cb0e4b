"""Content kinds: the names under which a server may have read, or would run, a content whose own name says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.binaries.pe import is_image
from webshellhunt.decoding.carriers import may_carry
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.kinds import effective_name, nature_of
from webshellhunt.pages.openings import is_text, opens_anything


class ContentKind(NamedTuple):
    """A name under which a server may have read a content, and the reason for it.

    A name that ends with a slash is the only folder of such files, which have no usual name.
    ``role`` is the only role in which a server reads such a name as code; ``None`` for any. ``doubtful`` is true if a
    server that reads the content under this name probably refuses it.
    """

    name: str
    reason: str
    role: Role | None = None
    doubtful: bool = False


_READ_BYTES: Final = 16 * 1024 * 1024
_SPACE: Final = rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?+[\s\0]*+"
_COMMENTS: Final = rb"(?:(?://[^\n]{0,4096}+\n|/\*.{0,65536}?\*/|'[^\n]{0,4096}+\n|\#[^\n]{0,4096}+\n)\s*+){0,64}+"
_NAMED: Final = lazy_pattern(
    rb"<\x25\s*+@\s*+(page|control|master|application|webhandler|webservice|servicehost)(?=[\s%])"
)
_BY_NAME: Final = {
    b"page": "page.aspx",
    b"control": "control.ascx",
    b"master": "site.master",
    b"application": "global.asax",
    b"webhandler": "page.ashx",
    b"webservice": "page.asmx",
    b"servicehost": "page.svc",
}
_STARTS_NAMED: Final = lazy_pattern(_SPACE + rb"(?:<(?:!--|%--)[^<>]{0,1024}?--%?+>\s*+)?+(?=<\x25\s*+@)")
_LANGUAGE: Final = lazy_pattern(rb"<\x25\s*+@[^%>]{0,1024}?\blanguage\s*+=\s*+[\"']?+\s*+([\w.#]++)")
_OF_CLASSIC: Final = frozenset({b"vbscript", b"vbscript.encode", b"jscript.encode", b"perlscript"})
_OF_DOTNET: Final = frozenset({b"c#", b"cs", b"csharp", b"vb", b"vb.net", b"visualbasic", b"vj#"})
_INNER: Final = lazy_pattern(r"\.(aspx?|ashx|asmx|asix|soap|svc|cer|cdx|cshtml|vbhtml|ascx|master|asa|inc)(?![a-z0-9])")
_DOTNET_WORDS: Final = lazy_pattern(rb"\bsystem\.\w|\bresponse\.write\s*+\([^\n]{0,512}?;|\b(?:server|request)\.\w++\[")
_OF_JAVA: Final = lazy_pattern(rb"<\x25\s*+@\s*+page\b[^%>]{0,1024}?(?:\bimport\s*+=|language\s*+=\s*+[\"']java[\"'])")
_ASP_WORDS: Final = lazy_pattern(
    rb"\bserver\.createobject\b|\bresponse\.write\s*+[\"\w]|\bend\s++(?:if|sub|function)\b"
    rb"|\b(?:dim|set)\s++\w|\b(?:execute|executeglobal|eval)[\s(]++request\b|#@~\^"
)
# Visual Basic .NET rejects the keyword, and ASP.NET a procedure in a block.
_VBSCRIPT: Final = lazy_pattern(
    rb"(?:<\x25|\n|:)[\t ]*+(?:set\s++\w++\s*+=|(?:private\s++|public\s++)?+(?:sub|function)\s++\w++\s*+\()"
)
_RUNAT: Final = lazy_pattern(rb"\brunat\s*+=")
_RAZOR: Final = lazy_pattern(
    rb"@(?:\{|\(|functions\s*+\{|using\s++[\w.]++\s*+[;\r\n(]|inherits\s|model\s|(?:request|response|html|system)[.\[(]"
    rb"|(?:if|for|foreach|while|switch|try)\s*+[({])"
)
_RAZOR_VB: Final = lazy_pattern(rb"@(?:code\b|functions\b|imports\s|end\s++code)")
_C_SOURCE: Final = lazy_pattern(
    _SPACE + _COMMENTS + rb"(?:using\s++(?:static\s++)?+\w[\w.]*+\s*+[;=]|namespace\s++\w|\[\s*+assembly\s*+:"
    rb"|(?:(?:public|internal|sealed|static|abstract|partial)\s++)++class\s++\w)",
    re.DOTALL,
)
_VB_SOURCE: Final = lazy_pattern(
    _SPACE + _COMMENTS + rb"(?:imports\s++\w|option\s++(?:strict|explicit|infer)\b"
    rb"|(?:(?:public|partial|friend)\s++)++(?:class|module)\s++\w)",
    re.DOTALL,
)
_XML: Final = _SPACE + rb"(?:<\?xml[^>]{0,512}+>\s*+)?+(?:<!--.{0,65536}?-->\s*+){0,64}+"
_CONFIGURATION: Final = lazy_pattern(_XML + rb"<configuration[\s/>]", re.DOTALL)
_PRESERVED: Final = lazy_pattern(_XML + rb"<preserve\s", re.DOTALL)
_TASK: Final = lazy_pattern(_XML + rb"<task\s[^<>]{0,256}windows/2004/02/mit/task", re.DOTALL)


def kinds_of(data: bytes) -> tuple[ContentKind, ...]:
    """Return the names under which a server may have read a content, the likeliest first; empty if it has no code.

    A content that may be read in several ways has several names, because a wrong one may hide a web shell.
    """
    unique = {kind.name: kind for kind in reversed([*_kinds(data)])}
    return tuple(reversed(unique.values()))


def kind_when_run(name: str, folded: bytes) -> PageKind:
    """Return as what a server would execute a file that it only sends, if its name or a mapping changed.

    ``name``: the name of the file; one inside of it decides (``x.asp.bak``), else the text. ``folded``: its text with
    ASCII letters lower-case.
    """
    inner = _INNER.findall(effective_name(name))
    if inner:
        return nature_of(f"x.{inner[-1]}", PageSettings()).kind
    if _NAMED.search(folded) is not None or _RUNAT.search(folded) is not None:
        return PageKind.WEB_FORM
    declared = _LANGUAGE.search(folded)
    is_dotnet = _DOTNET_WORDS.search(folded) is not None if declared is None else declared[1] in _OF_DOTNET
    return PageKind.WEB_FORM if is_dotnet else PageKind.CLASSIC_ASP


def _kinds(data: bytes) -> Iterator[ContentKind]:
    folded = _narrow(data[:_READ_BYTES]).lower()
    if is_image(data):
        yield ContentKind("library.dll", "it is a program of Windows", Role.BIN)
    elif (text := _xml(folded)) is not None:
        yield text
    elif may_carry(data):
        yield ContentKind("page.aspx", "it is a format in which intruders have hidden pages")
    elif not is_text(data) and not opens_anything(folded):
        return
    yield from _pages(folded, is_program=is_image(data))


def _narrow(data: bytes) -> bytes:
    """Return a text of UTF-16 or UTF-32 as bytes."""
    return data.translate(None, b"\0") if data.count(0) * 4 >= len(data) > 0 else data


def _xml(folded: bytes) -> ContentKind | None:
    if _CONFIGURATION.match(folded) is not None:
        is_of_server = b"<system.applicationhost" in folded
        name = "applicationHost.config" if is_of_server else "web.config"
        return ContentKind(name, "its first element is that of a configuration")
    if _PRESERVED.match(folded) is not None:
        return ContentKind("page.aspx.cdcab7d2.compiled", "it is the record of a compiled page", Role.TEMP_ASPNET)
    if _TASK.match(folded) is not None:
        return ContentKind("C:/Windows/System32/Tasks/", "its first element is that of a scheduled task")
    return None


def _pages(folded: bytes, *, is_program: bool) -> Iterator[ContentKind]:
    """Yield the kinds of pages that a text may be."""
    named = dict.fromkeys(found[1] for found in _NAMED.finditer(folded))
    starts = _STARTS_NAMED.match(folded)
    start = len(folded) if starts is None else starts.end()
    is_named = _NAMED.match(folded, start) is not None
    if _OF_JAVA.search(folded) is not None:
        yield ContentKind("page.jsp", "its directive is that of Java")
    for each in named:
        yield ContentKind(_BY_NAME[each], f"its directive is @{each.decode()}")
    if is_named:
        return
    has_blocks = b"<\x25" in folded
    if has_blocks or _RUNAT.search(folded) is not None or b"#@~^" in folded:
        yield from _by_language(folded, start)
    if b"<?php" in folded or b"<?=" in folded:
        yield ContentKind("page.php", "it has PHP code")
    if is_program:
        return
    if b"@" in folded:
        yield from _razor(folded)
    if _C_SOURCE.match(folded) is not None:
        yield ContentKind("App_Code.0.cs", "it begins as C# source", Role.TEMP_ASPNET)
    if _VB_SOURCE.match(folded) is not None:
        yield ContentKind("App_Code.0.vb", "it begins as Visual Basic source", Role.TEMP_ASPNET)


def _by_language(folded: bytes, start: int) -> Iterator[ContentKind]:
    """Yield the kinds of a page whose blocks belong to ASP.NET or to classic ASP, with a directive at the start."""
    declared = _LANGUAGE.match(folded, start)
    language = b"" if declared is None else declared[1]
    classic = ContentKind("page.asp", "it has blocks of code and no directive of ASP.NET")
    modern = ContentKind("page.aspx", "it has blocks of code and no directive of a kind of page")
    if language in _OF_CLASSIC:
        yield classic._replace(reason=f"its language is {language.decode('ascii', 'replace')}")
    elif language in _OF_DOTNET:
        yield modern._replace(reason=f"its language is {language.decode('ascii', 'replace')}")
    elif _ASP_WORDS.search(folded) is not None:
        yield classic
        if _VBSCRIPT.search(folded) is not None:
            reason = "doubtful: it has statements that only VBScript has"
            modern = modern._replace(reason=reason, doubtful=True)
        yield modern
    else:
        yield modern
        yield classic


def _razor(folded: bytes) -> Iterator[ContentKind]:
    is_basic = _RAZOR_VB.search(folded) is not None
    if _RAZOR.search(folded) is not None and not is_basic:
        yield ContentKind("page.cshtml", "it has expressions of Razor")
    if is_basic:
        yield ContentKind("page.vbhtml", "it has expressions of Razor in Visual Basic")
        yield ContentKind("page.cshtml", "it has expressions of Razor")

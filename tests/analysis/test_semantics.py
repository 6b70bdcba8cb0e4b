"""Small programs, one construct of a language each: those that pass a visitor's text to a crime, and their twins."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.builders.inert import live
from webshellhunt import Disposition, Job, Verdict, examine

PROGRAMS = Path(__file__).parent / "programs"
NOT_YET = PROGRAMS / "not_yet.txt"
UNSIGNED = Job(own_signatures=False, signature_paths=(str(PROGRAMS / "nothing.yar"),))
"""Signatures judge a page by its text, whatever it does."""


@dataclass(frozen=True)
class Dialect:
    """How a page of one language is written.

    Placeholders in a program: ``VISITOR`` is a text of the visitor, ``CRIME(x)`` and ``CRIME2(x)`` run a text, start
    the program of that name (malicious only if the visitor names it) or write it into the site; ``CRIME`` alone is the
    name of that function. ``«`` and ``»`` delimit a server block. The last class of a handler's file is the handler.
    """

    name: str
    extension: str
    visitor: str
    calls: tuple[tuple[str, str], ...]


_START = "System.Diagn·ostics.Pro·cess.Start"
_SHELL = 'CreateObject("WScr·ipt.Sh·ell").Run'
_WRITE = 'System.IO.File.AppendAll·Text(Server.MapPath("a.as·px"), '
DIALECTS = {
    "vbscript": Dialect("VBScript", ".asp", 'Req·uest("k")', (("CRIME2", _SHELL), ("CRIME", "Exec·ute"))),
    "vbnet": Dialect("VB", ".aspx", 'Req·uest("k")', (("CRIME2", "Sh·ell"), ("CRIME", _START))),
    "csharp": Dialect("C#", ".aspx", 'Req·uest["k"]', (("CRIME2(", _WRITE), ("CRIME", _START))),
    "jscript": Dialect(
        "JScript", ".aspx", 'Req·uest.Item["k"]',
        (("CRIME2", 'new ActiveX·Object("WScr·ipt.Sh·ell").Run'), ("CRIME", _START)),
    ),
    "jscript_classic": Dialect(
        "JScript", ".asp", 'String(Req·uest("k"))',
        (("CRIME2", 'new ActiveX·Object("WScr·ipt.Sh·ell").Run'), ("CRIME", "ev·al")),
    ),
}  # fmt: skip


def judge(language: str, program: dict[str, object]) -> Verdict:
    """Examine the page of a program without signatures."""
    content, path = page(language, program)
    return examine(content, path=path, job=UNSIGNED)


def page(language: str, program: dict[str, object]) -> tuple[bytes, str]:
    """Assemble the page of a program, and the path at which the server would have it."""
    dialect, code, extension = DIALECTS[language], str(program["code"]), DIALECTS[language].extension
    for placeholder, text in (("VISITOR", dialect.visitor), *dialect.calls):
        code = code.replace(placeholder, text)
    directive = {"vbscript": "", "jscript_classic": '<\x25@ Language="JScript" \x25>\n'}
    first = directive.get(language, f'<\x25@ Page Language="{dialect.name}" \x25>\n')
    match program["place"]:
        case "inline":
            text = f"{first}<\x25\n{code}\n\x25>\n"
        case "script":
            tag = f'script language="{dialect.name}" runat="server"'
            text = f"{first}<{tag}>\n{code}\n</script>\n"
        case "page":
            text = first + code
        case _:
            named = re.findall(r"(?i)\bclass +(\w+)", code) or ["Main"]
            extension = ".ashx"
            text = f'<\x25@ WebHandler Language="{dialect.name}" Class="{named[-1]}" \x25>\n{code}\n'
    text = live(text.replace("«", "<\x25").replace("»", "\x25>"))
    return text.encode(), rf"C:\inetpub\wwwroot\site\page{extension}"


SLICE = 50
"""So many programs are a test: one for each takes longer to collect and to report than to run."""


def _slices() -> list[ParameterSet]:
    params = []
    for language in DIALECTS:
        programs = tomllib.loads((PROGRAMS / f"{language}.toml").read_text("utf-8"))["program"]
        firsts = range(0, len(programs), SLICE)
        params += [pytest.param(language, programs[at : at + SLICE], id=f"{language}-{at}") for at in firsts]
    return params


@pytest.mark.parametrize(("language", "programs"), _slices())
def test_programs(language: str, programs: list[dict[str, object]]) -> None:
    not_yet = set(NOT_YET.read_text("utf-8").split())
    wrong, unexpected = [], []
    for program in programs:
        name = f"{language}-{program['id']}"
        if (judge(language, program).disposition is Disposition.MALICIOUS) is not program["passes"]:
            wrong.append(name)
            if name not in not_yet and "known" not in program:
                unexpected.append(f"{name}: {page(language, program)[0].decode()}")
    assert unexpected == []
    known = [name for each in programs if (name := f"{language}-{each['id']}") in not_yet or "known" in each]
    assert known == [name for name in known if name in wrong], "the engine follows it now"

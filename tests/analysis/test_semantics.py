"""Small programs, one construct of a language each: those that pass a visitor's text to a crime, and their twins.

The table is `programs/<language>.toml`. A program has an ``id``, its ``construct``, its ``place`` if not inline, its
``code``, whether it ``passes`` a visitor's text, and its ``twin``: the id of a program that differs in that one thing,
or the way in which it is made (`tests.builders.twins`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from tests.builders.inert import live
from tests.builders.shares import Share
from tests.builders.twins import CONSTANT, VISITOR, twin_of
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
    "php": Dialect("PHP", ".php", "$_GE·T['k']", (("CRIME2", "sys·tem"), ("CRIME", "ev·al"))),
}  # fmt: skip


def judge(language: str, program: dict[str, object]) -> Verdict:
    """Examine the page of a program without signatures."""
    content, path = page(language, program)
    return examine(content, path=path, job=UNSIGNED)


def page(language: str, program: dict[str, object]) -> tuple[bytes, str]:
    """Assemble the page of a program, and the path at which the server would have it."""
    dialect, code, extension = DIALECTS[language], str(program["code"]), DIALECTS[language].extension
    another = re.sub(r"(['\"])k\1", r"\1other\1", dialect.visitor)
    for placeholder, text in (("ANOTHER", another), ("VISITOR", dialect.visitor), *dialect.calls):
        code = code.replace(placeholder, text)
    directive = {"vbscript": "", "jscript_classic": '<\x25@ Language="JScript" \x25>\n'}
    first = directive.get(language, f'<\x25@ Page Language="{dialect.name}" \x25>\n')
    match program.get("place", "inline"):
        case "inline" if language == "php":
            text = f"<·?php\n{code}\n"
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
TABLE: dict[str, list[dict[str, object]]] = {
    language: tomllib.loads((PROGRAMS / f"{language}.toml").read_text("utf-8"))["program"] for language in DIALECTS
}


def _slices() -> list[ParameterSet]:
    params = []
    for language, programs in TABLE.items():
        firsts = range(0, len(programs), SLICE)
        params += [pytest.param(language, programs[at : at + SLICE], id=f"{language}-{at}") for at in firsts]
    return params


def _tried(language: str, programs: list[dict[str, object]], share: Share) -> list[dict[str, object]]:
    """Return the programs that a run tries: half of them."""
    return [each for each in programs if share.has(language, str(each["id"]), 2)]


def _is_wrong(language: str, program: dict[str, object]) -> bool:
    return (judge(language, program).disposition is Disposition.MALICIOUS) is not program["passes"]


def _made_twins(programs: list[dict[str, object]]) -> list[dict[str, object]]:
    made = [each for each in programs if each["twin"] in (CONSTANT, VISITOR)]
    return [
        {**each, "passes": not each["passes"], "code": twin_of(str(each["code"]), str(each["twin"]))} for each in made
    ]


@pytest.mark.parametrize(("language", "programs"), _slices())
def test_programs(language: str, programs: list[dict[str, object]], share: Share) -> None:
    programs = _tried(language, programs, share)
    not_yet = set(NOT_YET.read_text("utf-8").split())
    wrong = [program for program in programs if _is_wrong(language, program)]
    names = [f"{language}-{program['id']}" for program in wrong]
    unexpected = [each for each, name in zip(wrong, names, strict=True) if name not in not_yet]
    assert [(each["id"], page(language, each)[0].decode()) for each in unexpected] == []
    known = [name for each in programs if (name := f"{language}-{each['id']}") in not_yet]
    assert known == [name for name in known if name in names], "the engine follows it now"


@pytest.mark.parametrize(("language", "programs"), _slices())
def test_twins_that_are_made(language: str, programs: list[dict[str, object]], share: Share) -> None:
    wrong = [each for each in _made_twins(_tried(language, programs, share)) if _is_wrong(language, each)]
    assert [(each["id"], page(language, each)[0].decode()) for each in wrong] == []


@pytest.mark.parametrize("language", DIALECTS)
def test_each_program_has_a_name_and_a_twin_with_the_other_answer(language: str) -> None:
    programs = {str(program["id"]): program for program in TABLE[language]}
    assert len(programs) == len(TABLE[language])
    twins = {name: str(program["twin"]) for name, program in programs.items()}
    named = {name: twin for name, twin in twins.items() if twin not in (CONSTANT, VISITOR)}
    assert [name for name, twin in named.items() if programs[twin]["passes"] is programs[name]["passes"]] == []
    ways = {name: CONSTANT if program["passes"] else VISITOR for name, program in programs.items()}
    assert [name for name, twin in twins.items() if name not in named and twin != ways[name]] == []
    assert [name for name, program in programs.items() if not str(program["construct"]).strip()] == []

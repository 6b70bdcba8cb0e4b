"""Dormant files: a page that runs one, or gives it the name of a page, is malicious together with the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from tests.builders.inert import live
from webshellhunt.model.verdict import Disposition, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource

SHELL = '<% Ev·al Requ·est("k") %>'
BARE, BARE_JS = 'Ev·al Requ·est("k")', 'ev·al(String(Requ·est("k")))'
NET = '<%@ Page Language="C#" %><% System.Diagnostics.Process.St·art(Requ·est["k"]); %>'
CS, VB, JS_NET = (f'<%@ Page Language="{each}" %>' for each in ("C#", "VB", "JScript"))
JS = '<%@ Language="JScript" %>'
FSO = 'Set f = CreateObject("Scripting.FileSystemObject")\n'
FSO_JS = 'var f = new ActiveXObject("Scripting.FileSystemObject");\n'
STREAM = 'Set s = CreateObject("ADODB.Stream")\ns.Type = 2\ns.Open\ns.LoadFromFile Server.MapPath("a.txt")\n'


def zipped(name: str, text: str) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, live(text))
    return found.getvalue()


# Name: the page, its code, the other file, its content, a text in the code and what stands there in the harmless twin.
TAKING: dict[str, tuple[str, str, str, str | bytes, str, str]] = {
    "run in the place of a page": ("p.asp", '<% Server.Execute "a.txt" %>', "a.txt", SHELL, "a.txt", "b.txt"),
    "run instead of a page": (
        "d/p.asp", '<% Server.Transfer("/i/" & "a" & ".gif?x=1") %>', "i/a.gif", SHELL, '"a"', '"b"',
    ),
    "run by a condition": (
        "p.asp", '<% n = "b.txt" : If Request("x") = "1" Then n = "a.txt"\nServer.Execute n %>', "a.txt", SHELL,
        'n = "a.txt"', 'n = "c.txt"',
    ),
    "run in JScript": (
        "p.asp", f'{JS}<% Server.Execute("a" + ".txt"); %>', "a.txt", SHELL, '"a"', '"b"',
    ),
    "included": ("p.asp", '<!--#include file="a.txt"-->', "a.txt", SHELL, "a.txt", "b.txt"),
    "read and evaluated": (
        "p.asp", f'<% {FSO}Exe·cute f.OpenTextFile(Server.MapPath("a.txt")).ReadAll %>', "a.txt", BARE,
        "Exe·cute ", "Response.Write ",
    ),
    "read and evaluated with the delimiters cut": (
        "p.asp", f'<% {FSO}t = f.OpenTextFile(Server.MapPath("a.txt")).ReadAll\n'
        't = Replace(Replace(t, "<" & "%", ""), "%" & ">", "")\nExe·cuteGlobal t %>', "a.txt", SHELL,
        "Exe·cuteGlobal t", "Response.Write t",
    ),
    "read by a stream and evaluated": (
        "p.asp", f"<% {STREAM}t = s.ReadText\ns.Close\nExe·cuteGlobal t %>", "a.txt", BARE, '"a.txt"', '"b.txt"',
    ),
    "read and evaluated in JScript": (
        "p.asp", f'{JS}<% {FSO_JS}ev·al(f.OpenTextFile(Server.MapPath("a.txt")).ReadAll()); %>', "a.txt", BARE_JS,
        'MapPath("a.txt")', 'MapPath("b.txt")',
    ),
    "copied to a page": (
        "p.asp", f'<% {FSO}f.CopyFile Server.MapPath("a.txt"), Server.MapPath("b.asp") %>', "a.txt", SHELL,
        "b.asp", "b.bak",
    ),
    "moved as an object": (
        "p.asp", f'<% {FSO}f.GetFile(Server.MapPath("a.txt")).Move Server.MapPath("b.asp") %>', "a.txt", SHELL,
        "b.asp", "b.bak",
    ),
    "named anew": (
        "p.asp", f'{JS}<% {FSO_JS}f.GetFile(Server.MapPath("a.txt")).Name = "b.asp"; %>', "a.txt", SHELL,
        "b.asp", "b.bak",
    ),
    "written by a stream": (
        "p.asp", f'<% {STREAM}s.SaveToFile Server.MapPath("b.asp"), 2 %>', "a.txt", SHELL, "b.asp", "b.bak",
    ),
    "written as a text": (
        "p.asp", f'<% {FSO}t = f.OpenTextFile(Server.MapPath("a.txt")).ReadAll\n'
        'f.CreateTextFile(Server.MapPath("b.asp")).Write t %>', "a.txt", SHELL, "b.asp", "b.bak",
    ),
    "moved (C#)": (
        "p.aspx", f'{CS}<% System.IO.File.Mo·ve(Server.MapPath("a.txt"), Server.MapPath("b.aspx")); %>', "a.txt", NET,
        "b.aspx", "b.bak",
    ),
    "copied (VB)": (
        "p.aspx", f'{VB}<% System.IO.File.Co·py(Server.MapPath("~/up/a.jpg"), Server.MapPath("b.aspx")) %>',
        "up/a.jpg", NET, "a.jpg", "b.jpg",
    ),
    "copied by VB's own function": (
        "p.aspx", f'{VB}<% FileCopy(Server.MapPath("a.txt"), Server.MapPath("b.aspx")) %>', "a.txt", NET,
        "b.aspx", "b.bak",
    ),
    "moved as an object (C#)": (
        "p.aspx", f'{CS}<% new System.IO.FileInfo(Server.MapPath("a.txt")).MoveTo(Server.MapPath("b.aspx")); %>',
        "a.txt", NET, "b.aspx", "b.bak",
    ),
    "written anew (C#)": (
        "p.aspx", f'{CS}<% string t = System.IO.File.ReadAllText(Server.MapPath("a.txt"));\n'
        'System.IO.File.WriteAll·Text(Server.MapPath("b.aspx"), t); %>', "a.txt", NET, "b.aspx", "b.bak",
    ),
    "unpacked (C#)": (
        "p.aspx", f"{CS}<% System.IO.Compression.ZipFile.ExtractTo·Directory("
        'Server.MapPath("a.zip"), Server.MapPath(".")); %>', "a.zip", zipped("b.aspx", NET), "a.zip", "c.zip",
    ),
    "unpacked (VB)": (
        "p.aspx", f"{VB}<% System.IO.Compression.ZipFile.ExtractTo·Directory("
        'Server.MapPath("a.zip"), Server.MapPath(".")) %>', "a.zip", zipped("b.aspx", NET), "a.zip", "c.zip",
    ),
    "read and evaluated (JScript.NET)": (
        "p.aspx", f'{JS_NET}<% ev·al(System.IO.File.ReadAllText(Server.MapPath("a.txt"))); %>', "a.txt",
        'ev·al(Requ·est.Item["k"])', "ev·al(", "Response.Write(",
    ),
}  # fmt: skip


def hunted(files: Mapping[str, str | bytes]) -> dict[str, Verdict]:
    raw = {path: text if isinstance(text, bytes) else live(text).encode() for path, text in files.items()}
    return {each.subject.path: each for each in hunt(MemorySource(raw)).verdicts}


@pytest.mark.parametrize("name", TAKING)
def test_a_page_that_takes_a_dormant_shell_is_malicious_and_so_is_the_shell(name: str) -> None:
    page, code, other, content, _, _ = TAKING[name]
    verdicts = hunted({page: code, other: content})
    assert [verdicts[each].disposition for each in (page, other)] == [Disposition.MALICIOUS] * 2
    assert all(each.facts["run_by"] == (page,) and not each.dormant for each in verdicts[other].findings)


@pytest.mark.parametrize("name", TAKING)
def test_a_page_that_takes_it_nowhere_leaves_it_dormant(name: str) -> None:
    page, code, other, content, text, harmless = TAKING[name]
    assert code.count(text) == 1
    verdicts = hunted({page: code.replace(text, harmless), other: content})
    assert all(verdicts[each].disposition < Disposition.MALICIOUS for each in (page, other) if each in verdicts)


@pytest.mark.parametrize("name", TAKING)
def test_a_harmless_file_accuses_nobody_that_takes_it(name: str) -> None:
    page, code, other, content, _, _ = TAKING[name]
    shown = '<% Response.Write "k" %>' if isinstance(content, bytes) or "<%" in content else "var k = 1;"
    files = {page: code, other: zipped("b.aspx", shown) if isinstance(content, bytes) else shown}
    assert all(each.disposition < Disposition.SUSPICIOUS for path, each in hunted(files).items() if path == other)
    assert hunted(files)[page].disposition < Disposition.MALICIOUS


def test_files_that_run_each_other_are_read_once() -> None:
    files = {"p.asp": '<% Server.Execute "0.txt" %>'}
    files |= {f"{n}.txt": f'<% Server.Execute "{(n + 1) % 8}.txt" %>' for n in range(7)}
    assert hunted({**files, "7.txt": SHELL})["p.asp"].disposition is Disposition.MALICIOUS
    assert hunted({**files, "7.txt": '<% Server.Execute "0.txt" %>'})["p.asp"].disposition is Disposition.BENIGN

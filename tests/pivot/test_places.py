"""Paths and addresses that are particular to a shell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.pivot.cases import case_with, judged
from webshellhunt.model.places import Url
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Presence, SubjectKind
from webshellhunt.pivot.places import file_ending, is_common, stems
from webshellhunt.pivot.shells import Shell


def _shell(
    path: str, *urls: str, kind: SubjectKind = SubjectKind.FILE, visited: bool = False, gone: bool = False
) -> Shell:
    verdict = judged("request_reaches_eval/vbscript")
    digest = verdict.subject.sha256 if kind is SubjectKind.FILE else None
    presence = Presence.DELETED if gone else Presence.PRESENT
    subject = replace(verdict.subject, path=path, kind=kind, sha256=digest, presence=presence)
    subject = replace(subject, urls=tuple(Url(each) for each in urls))
    use = Use(500, 500, 0, None, None, client_count=500, visited=visited)
    [shell] = case_with(replace(verdict, subject=subject, use=use)).shells
    return shell


@pytest.mark.parametrize(
    ("path", "ending"),
    [
        ("C:\\inetpub\\wwwroot\\x.aspx", "\\inetpub\\wwwroot\\x.aspx"),
        ("wwwroot/x.aspx", "\\wwwroot\\x.aspx"),
        ("\\\\server\\share\\\\x.aspx", "\\server\\share\\x.aspx"),
        ("C:\\a*.aspx", None),
        ("C:\\a\n.aspx", None),
        ("C:\\\u00e9.aspx", None),
        ("C:", None),
    ],
)
def test_a_path_is_kept_from_its_drive_on(path: str, ending: str | None) -> None:
    assert file_ending(_shell(path)) == ending


def test_a_trace_has_a_path_only_on_a_drive_and_a_log_is_no_shell() -> None:
    assert file_ending(_shell("ProxyLogon (requests)", kind=SubjectKind.TRACE, gone=True)) is None
    assert file_ending(_shell("C:\\x\\y.aspx", kind=SubjectKind.TRACE, gone=True)) == "\\x\\y.aspx"
    assert file_ending(_shell("C:\\Windows\\winevt\\Logs\\Security.evtx", kind=SubjectKind.TRACE)) is None
    assert file_ending(_shell("C:\\x\\web.config", kind=SubjectKind.REGISTRATION)) is None


def test_stems_are_as_a_log_has_them() -> None:
    shell = _shell("C:\\x.aspx", "https://*:444/a%20b/x.aspx?y", "http://*/a%20b/x.aspx", "/%0a", "/\u00e9", "/")
    assert stems(shell) == ("/a+b/x.aspx",)


@pytest.mark.parametrize(
    ("path", "url", "visited", "common"),
    [
        ("C:\\inetpub\\wwwroot\\default.aspx", "/default.aspx", False, True),
        ("C:\\inetpub\\wwwroot\\particular.aspx", "/particular.aspx", False, False),
        ("C:\\inetpub\\wwwroot\\particular.aspx", "/particular.aspx", True, True),
        ("C:\\V15\\FrontEnd\\HttpProxy\\owa\\auth\\logon.aspx", "/owa/auth/logon.aspx", False, True),
        ("C:\\x\\y.aspx", "/owa/auth/logon.aspx", False, True),
    ],
)
def test_a_page_that_honest_servers_have_is_common(path: str, url: str, visited: bool, common: bool) -> None:
    assert is_common(_shell(path, url, visited=visited)) is common

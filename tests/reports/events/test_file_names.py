"""The parts of paths."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.reports.cases import finding, verdict
from tests.reports.strategies import hostile
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.events.file_names import file_name, path_of_file


@pytest.mark.parametrize(
    ("path", "name", "directory", "extension", "drive"),
    [
        (r"C:\inetpub\wwwroot\X.ASPX", "X.ASPX", r"C:\inetpub\wwwroot", "aspx", "C"),
        (r"c:\x.aspx", "x.aspx", "c:\\", "aspx", "C"),
        ("a/b/web.config.bak", "web.config.bak", "a/b", "bak", ""),
        ("a/.htaccess", ".htaccess", "a", "", ""),
        ("x", "x", "", "", ""),
        ("a/", "a/", "a", "", ""),
        ("C:x.aspx", "C:x.aspx", "", "aspx", ""),
        ("", "", "", "", ""),
    ],
)
def test_the_parts_of_a_path(path: str, name: str, directory: str, extension: str, drive: str) -> None:
    assert file_name(path) == (path, name, directory, extension, drive)


@given(hostile)
def test_any_text_has_a_name(path: str) -> None:
    assert bool(file_name(path).name) == bool(path)


@pytest.mark.parametrize(
    ("kind", "path", "file"),
    [
        (SubjectKind.FILE, "x.aspx", "x.aspx"),
        (SubjectKind.TRACE, r"C:\gone.aspx", r"C:\gone.aspx"),
        (SubjectKind.TRACE, "ProxyLogon (requests in the logs)", ""),
        (SubjectKind.REGISTRATION, r"C:\a.config (module X)", r"C:\a.config"),
    ],
)
def test_the_file_of_a_verdict(kind: SubjectKind, path: str, file: str) -> None:
    made = verdict(path, Disposition.MALICIOUS, finding(path=r"C:\a.config"))
    assert path_of_file(replace(made, subject=replace(made.subject, kind=kind))) == file


def test_an_element_without_evidence_has_its_own_path() -> None:
    made = verdict("a (module X)")
    assert path_of_file(replace(made, subject=replace(made.subject, kind=SubjectKind.REGISTRATION))) == "a (module X)"

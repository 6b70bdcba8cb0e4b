"""A file that leaves early has the result that it has without leaving."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders.tables import each_row
from webshellhunt.defang import Fixture, load_fixture
from webshellhunt.host.walk.roles import role_at
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.settings import PageSettings
from webshellhunt.model.verdict import Examination
from webshellhunt.scan import scanner
from webshellhunt.scan.scanner import examine_bytes, leaves_early
from webshellhunt.scan.tools import tools_for
from webshellhunt.views.sample import Sample

FIXTURES = sorted((Path(__file__).parents[2] / "fixtures").glob("*/*.defanged"))
FOLDERS = sorted({path.parent.name for path in FIXTURES})
NAMES = ("x.js", "x.txt", "x.html", "x.css", "x.png", "x.xml", "x.log", "x.wsc", "x.asp.bak", "x.dll", "x")
PLACES = (Role.WWWROOT, Role.OWA_AUTH, Role.ASPNET_CLIENT, Role.TEMP_ASPNET, Role.BIN, Role.DROP, Role.GIVEN)
CODECS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-7", "cp037", "cp1252", "utf-8-sig", "gbk")
PARTS = (
    b"<", b"%", b">", b"<%", b"%>", b"<?", b"<?xml ?>", b"<?php ", b"<!--#include", b"runat=server", b"<script ",
    b"php", b"passw", b"ExternalUrl : x\r\n", b"wEy", b"+ADw", b"#@~^", b"\0", b"\x95\xd6\x54\x86",
    b"-----BEGIN X", b"\x81", b"\xe9", b"execute(", b"Request(\"x\")", b"eval ", b"PK\3\4", b"MZ",
    b"MDMP\x93\xa7", b"<configuration>", b"param[", b"document.getElementById('passwd').value", b"fetch(",
    b"GIF89a\0\1\2" + bytes(range(256)), b"content-type: text/html\r\n", b"a: b\r\n", b"Ll", b"new:",
    b"\xef\xbb\xbf", b"\xff\xfe",
)  # fmt: skip


@cache
def _fixture(path: Path) -> Fixture:
    return load_fixture(path)


def _result(data: bytes, artifact: Artifact, *, early: bool) -> Examination:
    with pytest.MonkeyPatch.context() as patch:
        if not early:
            patch.setattr(scanner, "leaves_early", lambda *_: False)
        return examine_bytes(data, artifact, Job())


def _is_left_early(data: bytes, artifact: Artifact) -> bool:
    return leaves_early(Sample(artifact, data), tools_for(Job()))


def _check(data: bytes, artifact: Artifact) -> bool:
    """Compare the results of a file that would leave early; any other takes the same way in both."""
    if not _is_left_early(data, artifact):
        return False
    assert _result(data, artifact, early=True) == _result(data, artifact, early=False)
    return True


def _artifacts(path: str, size: int) -> list[Artifact]:
    own = Artifact(path, path, role_at(path.split("/")[:-1]), size)
    folder = path.rpartition("/")[0]
    return [own, *(Artifact(f"{folder}/{name}", f"{folder}/{name}", own.role, size) for name in NAMES)]


@each_row("folder", FOLDERS)
def test_the_fixtures_have_the_same_results_under_any_name(folder: str) -> None:
    for path in FIXTURES:
        if path.parent.name == folder:
            fixture = _fixture(path)
            for artifact in _artifacts(fixture.path, len(fixture.data)):
                _check(fixture.data, artifact)


@st.composite
def _files(draw: st.DrawFn) -> tuple[bytes, Artifact]:
    """Return parts of a fixture and parts that decide, in some encoding, name and place."""
    fixture = _fixture(draw(st.sampled_from(FIXTURES)))
    start = draw(st.integers(0, len(fixture.data)))
    data = fixture.data[start : start + draw(st.integers(0, 400))]
    parts = draw(st.lists(st.sampled_from((*PARTS, data, b" ", b"x")), max_size=8))
    codec = draw(st.sampled_from(CODECS)) if draw(st.booleans()) else None
    content = b"".join(parts)
    if codec is not None:
        content = content.decode("latin-1").encode(codec, "replace")
    coding = draw(st.sampled_from(("cp1252", "cp1252", "cp932", "utf-7")))
    name, role = draw(st.sampled_from(NAMES)), draw(st.sampled_from(PLACES))
    return content, Artifact(name, f"C:\\inetpub\\{name}", role, len(content), settings=PageSettings(None, coding))


def test_files_made_of_parts_that_decide_have_the_same_results() -> None:
    left = []

    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(_files())
    def check(file: tuple[bytes, Artifact]) -> None:
        if _check(*file):
            left.append(file)

    check()
    assert left


@each_row("name", ["x.js", "x.css", "x.html", "x.txt"])
@each_row("data", [b"", b"var a = 1;", "\u00e9\u4e2d".encode(), b"\xe9t\xe9", b"<p>a</p>"])
def test_a_file_without_code_leaves_early(name: str, data: bytes) -> None:
    assert _is_left_early(data, Artifact(name, name, Role.WWWROOT, len(data)))


@each_row("head", [b"GIF89a", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"wOF2\0\1\0\0"])
def test_a_picture_leaves_early(head: bytes) -> None:
    data = head + bytes(range(256)) * 40
    assert _is_left_early(data, Artifact("x.png", "x.png", Role.WWWROOT, len(data)))


@each_row("code", [b"<%@ Page %>", b"<?php echo 1; ?>", b"<script runat=server>"])
def test_a_picture_with_code_stays(code: bytes) -> None:
    data = b"GIF89a" + bytes(range(256)) * 40 + code
    assert not _is_left_early(data, Artifact("x.gif", "x.gif", Role.WWWROOT, len(data)))


@each_row("part", [b"<%", b"runat", b"<?php ", b"ExternalUrl", b"wEy", b"-----BEGIN ", b"#@~^"])
def test_a_file_with_a_part_that_decides_stays(part: bytes) -> None:
    data = b"var a = 1; " + part
    assert not _is_left_early(data, Artifact("x.js", "x.js", Role.WWWROOT, len(data)))


def test_nothing_leaves_early_when_the_user_has_rules(tmp_path: Path) -> None:
    rules = tmp_path / "own.yar"
    rules.write_text('rule any_word { strings: $a = "harmless" condition: $a }', encoding="utf-8")
    job = Job(signature_paths=(str(rules),))
    artifact = Artifact("x.js", "x.js", Role.WWWROOT, 8)
    assert examine_bytes(b"harmless", artifact, job).findings
    assert not leaves_early(Sample(artifact, b"harmless"), tools_for(job))

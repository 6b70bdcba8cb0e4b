"""A file examined by itself is judged as the hunt judges it, unless configuration decides; the context is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import webshellhunt as wsh
from tests.builders.host_tree import tree_on_disk
from tests.builders.shares import Share
from webshellhunt.defang import Fixture, load_fixture
from webshellhunt.errors import UsageError
from webshellhunt.lone_file import lone_file_report, lone_file_source
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.verdict import SubjectKind, Verdict
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

TOP = Path(__file__).parents[1] / "fixtures"
FIXTURES = {path.relative_to(TOP).as_posix(): load_fixture(path) for path in sorted(TOP.glob("*/*.defanged"))}
# The mapping of a fixture is that of a configuration; a stream is a part of another file.
ALONE = {name: fixture for name, fixture in FIXTURES.items() if not fixture.mapping and ":" not in fixture.path}

BY_CONFIGURATION = {r"C:\inetpub\wwwroot\banner.png", r"C:\ProgramData\COM1\support.aspx"}
"""Files of the compromised host that the server runs, or names, because its configuration says so."""


def _judged(verdict: Verdict) -> tuple[str, list[str], str]:
    rules = sorted({finding.rule.id for finding in verdict.findings})
    return verdict.disposition.label, rules, verdict.subject.role.value


def _file(report: wsh.Report) -> Verdict:
    [found] = [verdict for verdict in report.verdicts if verdict.subject.kind is SubjectKind.FILE]
    return found


def _disagreement(fixture: Fixture) -> str:
    """Return how a fixture is judged in a folder and by itself, nothing if it is judged the same."""
    with tree_on_disk(MemorySource({fixture.path: fixture.data})) as folder, wsh.open_source(folder) as source:
        hunted = _judged(_file(wsh.hunt(source)))
    alone = _judged(_file(wsh.hunt(lone_file_source(fixture.data, fixture.path))))
    examined = _judged(wsh.examine(fixture.data, path=fixture.path))
    return "" if hunted == alone == examined else f"{hunted} in a folder, {alone} alone, {examined} examined"


@pytest.mark.parametrize("rule", sorted({name.partition("/")[0] for name in ALONE}))
def test_a_lone_folder_and_a_lone_file_agree(rule: str, share: Share) -> None:
    names = [name for name in ALONE if name.startswith(f"{rule}/") and (name, "lone file") in share]
    assert {name: told for name in names if (told := _disagreement(ALONE[name]))} == {}


@pytest.mark.parametrize("name", ["clean_host", "compromised_host"])
def test_a_host_and_its_files_by_themselves_agree(name: str, request: pytest.FixtureRequest) -> None:
    """Logs are left out: the use of a page is known on its host only."""
    host: DescribedHost = request.getfixturevalue(name)
    job = Job(logs=LogOptions(read=False))
    data = {f"{file.path[0]}:{file.path[1:]}".replace("/", "\\"): file.data for file in host.files}
    differ = set()
    with host.source() as source:
        for hunted in wsh.hunt(source, job=job).verdicts:
            if hunted.subject.kind is SubjectKind.FILE:
                path = hunted.subject.path
                if _judged(_file(wsh.hunt(lone_file_source(data[path], path)))) != _judged(hunted):
                    differ.add(path)
    assert differ == (BY_CONFIGURATION if name == "compromised_host" else set())


@pytest.mark.parametrize(
    ("server_path", "inside", "drives"),
    [
        (r"C:\inetpub\wwwroot\x.aspx", "C/inetpub/wwwroot/x.aspx", {"C": "C"}),
        ("d:/web//x.aspx", "D/web/x.aspx", {"D": "D"}),
        ("x.aspx", "x.aspx", {}),
        ("/owa/auth/./x.aspx", "owa/auth/x.aspx", {}),
        (r"\\server\share\x.aspx", "server/share/x.aspx", {}),
    ],
)
def test_where_a_path_places_a_file(server_path: str, inside: str, drives: dict[str, str]) -> None:
    source = lone_file_source(b"12", server_path)
    assert source.read(inside, 9) == b"12"
    assert source.drives == drives


@pytest.mark.parametrize("server_path", ["", ".", "C:\\", "C:/web/", r"C:\web\..\x.aspx", "..", "a\0b", "/"])
def test_what_is_no_path_of_a_file_is_said(server_path: str) -> None:
    with pytest.raises(UsageError, match="not the path of a file"):
        lone_file_source(b"", server_path)


@given(st.text(max_size=40))
def test_any_text_is_a_path_or_a_sentence(server_path: str) -> None:
    try:
        source = lone_file_source(b"<%= 1 %>", server_path)
    except UsageError:
        return
    report = lone_file_report(wsh.hunt(source), server_path)
    assert report.context is not None
    assert sum(verdict.subject.kind is SubjectKind.FILE for verdict in report.verdicts) == 1


def test_the_context_says_how_the_file_was_read() -> None:
    page = lone_file_report(
        wsh.hunt(lone_file_source(b"<%= 1 %>", r"C:\inetpub\wwwroot\aspnet_client\x.aspx")), "x.aspx", location="f"
    )
    assert page.location == "f"
    assert page.context is not None
    assert "read as web form, role aspnet_client; no configuration was read" in page.context
    picture = lone_file_report(
        wsh.hunt(lone_file_source(b"GIF89a", "logo.gif")), "logo.gif", before="so: ", after=" More."
    )
    assert picture.context is not None
    assert picture.context == (
        "Context: so: examined by itself as logo.gif; read as static, role given; no configuration was read: a "
        "web.config may make the server execute this name. More."
    )


def test_a_path_makes_no_server() -> None:
    path = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\x.aspx"
    report = lone_file_report(wsh.hunt(lone_file_source(b"<%= 1 %>", path)), path)
    assert not report.host.is_server
    assert not [gap for gap in report.gaps if gap.code == "build-not-covered"]
    text = str(wsh.render(report))
    assert "no configuration was read" in text
    assert "Not held" not in text

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.builders import triage
from tests.builders.recorded_server import AUTH, RecordedServer, verdict_of
from tests.builders.triage import Collection
from webshellhunt import Report, hunt
from webshellhunt.errors import SourceNotFoundError, UnreadableError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.times import TimeBasis
from webshellhunt.sources import MemorySource, open_source
from webshellhunt.sources.collection import CollectionSource, with_layout
from webshellhunt.sources.described import open_described
from webshellhunt.sources.source import Source, form_of

_HOSTS = Path(__file__).parents[3] / "fixtures" / "hosts"
_AUTO = "uploads/auto/C%3A"
_WHEN = datetime(2021, 3, 3, 8, 15, 2, tzinfo=UTC)


class _Archive(MemorySource):
    """An archive in memory, with a gap."""

    form = SourceForm("a ZIP archive", True, (Gap("broken-archive", "open", f"{_AUTO}/a%25", "it is cut"),))


def _verdicts(report: Report) -> set[object]:
    return {
        (
            verdict.subject.path,
            verdict.disposition,
            verdict.reasons,
            tuple(sorted((finding.rule.id, finding.message) for finding in verdict.findings)),
        )
        for verdict in report.verdicts
    }


@pytest.mark.parametrize("tool", [triage.velociraptor, triage.kape])
@pytest.mark.parametrize(
    "name", ["exchange2019-compromised", "exchange2019-neighbours", "exchange2019-staged-mail-twin"]
)
def test_the_verdicts_are_those_of_the_folder(tool: Callable[[Source], Collection], name: str) -> None:
    host = open_described(_HOSTS / f"{name}.host").source()
    source = with_layout(tool(host).source())
    assert isinstance(source, CollectionSource)
    report, expected = hunt(source), hunt(host)
    assert _verdicts(report) == _verdicts(expected)
    assert report.host.name == "EX01"
    assert report.form == form_of(source).label


def test_a_stored_tree_without_times_is_the_same_without_times() -> None:
    host = open_described(_HOSTS / "exchange2019-compromised.host").source()
    expected = {(verdict.subject.path.upper(), verdict.disposition) for verdict in hunt(host).verdicts}
    for collected in (triage.acquire(host), triage.ftk(host)):
        report = hunt(with_layout(collected.source()))
        assert {(verdict.subject.path.upper(), verdict.disposition) for verdict in report.verdicts} == expected


def _is_no_page_of_root(path: str) -> bool:
    return not path.startswith("inetpub/wwwroot/")


def test_what_was_not_collected_was_not_deleted() -> None:
    host = open_described(_HOSTS / "compiled-remnants.host").source()
    whole, collected = (
        {verdict.subject.path: verdict.reasons for verdict in hunt(source).verdicts if verdict.reasons}
        for source in (host, with_layout(triage.kape(host, wanted=_is_no_page_of_root).source()))
    )
    page = "C:\\inetpub\\wwwroot\\aspnet_client\\offline.aspx"
    assert "was deleted" in whole[page][0]
    (reasons,) = [found for path, found in collected.items() if path.endswith("\\aspnet_client\\offline.aspx")]
    assert "was not collected" in reasons[0]


def test_the_forms_are_combined() -> None:
    source = with_layout(_Archive({f"{_AUTO}/a%25": b"", "uploads.json": b"["}))
    form = form_of(source)
    assert form.label == "a Velociraptor collection in a ZIP archive"
    assert [gap.code for gap in form.gaps] == ["broken-archive", "collector-record"]
    assert form.gaps[0].path == "C:\\a%"
    assert source.location == "memory"


def test_a_source_without_a_layout_is_itself() -> None:
    source = MemorySource({"x.aspx": b""})
    assert with_layout(source) is source


def test_an_opened_folder_has_its_layout(tmp_path: Path) -> None:
    triage.velociraptor(MemorySource({"C/w/x.aspx": b"a"})).write_folder(tmp_path)
    with open_source(tmp_path) as source:
        assert isinstance(source, CollectionSource)
        assert source.locate("") == str(tmp_path)
        assert source.locate("C:/w/x.aspx") is not None
        assert source.locate("C:/w/none") is None
        assert not source.live
        assert source.drives == {}
        assert repr(source).startswith("CollectionSource(DirectorySource(")


def test_a_further_drive_is_reached(tmp_path: Path) -> None:
    triage.velociraptor(MemorySource({"C/w/x.aspx": b"a"})).write_folder(tmp_path / "c")
    (tmp_path / "d" / "web").mkdir(parents=True)
    (tmp_path / "d" / "web" / "y.aspx").write_bytes(b"page")
    with open_source(tmp_path / "c", drives={"D": str(tmp_path / "d")}) as source:
        assert source.drives == {"D": "D:"}
        assert list(source.names("")) == ["C:"]
        assert [entry.path for entry in source.list("D:/web")] == ["D:/web/y.aspx"]
        assert source.read("D:/web/y.aspx", 9) == b"page"
        paths = {verdict.subject.path for verdict in hunt(source).verdicts}
        assert {"C:\\w\\x.aspx", "D:\\web\\y.aspx"} <= paths


def test_links_lead_to_the_tree() -> None:
    links = {f"{_AUTO}/w/link": f"{_AUTO}/w/x%3Ay", f"{_AUTO}/w/out": None, f"{_AUTO}/w/record": "uploads.json"}
    source = with_layout(MemorySource({f"{_AUTO}/w/x%3Ay": b"a", "uploads.json": b""}, links=links))
    targets = {entry.name: entry.target for entry in source.list("C:/w") if entry.kind == "link"}
    assert targets == {"link": "C:/w/x:y", "out": None, "record": None}
    assert source.read("C:/w/link", 9) == b"a"
    with pytest.raises(UnreadableError):
        source.read("C:/w/out", 9)


def test_inner_streams_get_the_names_of_the_server() -> None:
    source = with_layout(MemorySource({f"{_AUTO}/w/100%25.aspx": b"a", f"{_AUTO}/w/100%25.aspx:z": b"bc"}))
    (stream,) = source.streams("C:/w/100%.aspx")
    assert (stream.name, stream.path, stream.size_bytes) == ("100%.aspx:z", "C:/w/100%.aspx:z", 2)
    assert source.read(stream.path, 9) == b"bc"
    assert source.streams("C:/w/none") == ()


def test_times_of_stored_files_are_kept_without_records() -> None:
    times = {f"{_AUTO}/a": Timestamps()}
    source: Source = with_layout(MemorySource({f"{_AUTO}/a": b""}, times=times))
    assert not source.list("C:")[0].times.original
    assert source.time_bases == ()


def test_the_choice_of_the_user_outweighs_the_records() -> None:
    host = MemorySource({"C/a": b""}, times={"C/a": Timestamps(datetime(2021, 3, 3, tzinfo=UTC))})
    source = with_layout(triage.velociraptor(host).source(), times="copy")
    assert not source.list("C:")[0].times.original
    assert source.time_bases == ()


def test_files_without_a_record_have_the_basis_of_the_stored_files() -> None:
    host = MemorySource({"C/w/x.aspx": b"a"}, times={"C/w/x.aspx": Timestamps(_WHEN)})
    inner = triage.kape(host).source()
    inner.time_bases = (TimeBasis(inner.location, False, "it is a copy"),)
    assert [each.original for each in with_layout(inner).time_bases] == [True]
    inner = MemorySource({**triage.kape(host).files, "C/w/y.aspx": b"b"})
    inner.time_bases = (TimeBasis(inner.location, False, "it is a copy"),)
    first, second = with_layout(inner).time_bases
    assert (first.original, first.reason) == (True, "the copy log of KAPE has the times of the server")
    assert (second.original, second.reason) == (False, "for files without such a record: it is a copy")


def test_an_index_that_states_far_more_than_is_stored_is_not_read_outside_the_journal() -> None:
    ranges = [{"length": 4, "file_length": 4}, {"original_offset": 4, "length": 1 << 40}]
    index = json.dumps({"ranges": ranges}).encode()
    paths = (f"{_AUTO}/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", f"{_AUTO}/$Extend/$UsnJrnl%3A$J")
    source = with_layout(
        MemorySource({path + end: data for path in paths for end, data in (("", b"data"), (".idx", index))})
    )
    with pytest.raises(UnreadableError, match="nearly all of them zeros"):
        source.read("C:/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log", 100)
    assert source.read("C:/$Extend/$J", 6) == b"data\0\0"
    assert any("u_ex210303.log" in gap.path for gap in hunt(source).gaps)


def test_closing_closes_the_inner_source_and_unknown_paths_are_errors() -> None:
    with with_layout(MemorySource({f"{_AUTO}/a": b""})) as source:
        with pytest.raises(SourceNotFoundError):
            source.list("D:")
        with pytest.raises(SourceNotFoundError):
            source.names("C:/a")
        assert source.stat("") is not None
        assert source.stat("C:/a/b") is None


@pytest.mark.parametrize("tool", [triage.velociraptor, triage.kape, triage.acquire, triage.ftk])
def test_the_file_table_and_the_journal_are_read(tool: Callable[[Source], Collection]) -> None:
    server = RecordedServer(whole=False)
    server.came_and_went(f"{AUTH}/gone.aspx")
    found = verdict_of(hunt(with_layout(tool(server.source()).source())), "gone.aspx")
    expected = verdict_of(server.hunt(), "gone.aspx")
    assert found is not None
    assert expected is not None
    assert (found.subject.path, found.reasons) == (expected.subject.path, expected.reasons)

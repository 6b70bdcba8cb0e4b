from __future__ import annotations

import errno
import io
import os
from pathlib import Path

import pytest

from tests.reports.cases import full_report, report
from webshellhunt.errors import SourceNotFoundError, UsageError
from webshellhunt.reports import formats, render
from webshellhunt.reports.destination import open_destination, refuse_input
from webshellhunt.sources.evidence_places import refuse_evidence


@pytest.mark.parametrize("form", formats())
def test_a_file_holds_what_is_returned(form: str, tmp_path: Path) -> None:
    path = tmp_path / "report"
    assert render(report(), form, to=path) is None
    assert path.read_bytes().decode("utf-8") == render(report(), form)
    stream = io.StringIO()
    assert render(report(), form, to=stream) is None
    assert stream.getvalue() == render(report(), form)


def test_an_earlier_report_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "report"
    path.write_text("earlier")
    (tmp_path / "kept").hardlink_to(path)

    def write_half() -> None:
        with open_destination(path) as destination:
            destination.stream.write("half")
            raise KeyError

    with pytest.raises(KeyError):
        write_half()
    assert path.read_text() == "earlier"
    with open_destination(path) as destination:
        destination.stream.write("whole \ud800\n")
        assert path.read_text() == "earlier"
    assert path.read_bytes() == b"whole \\ud800\n"
    assert (tmp_path / "kept").read_text() == "earlier"  # another file took its place: it was not written over
    assert {each.name for each in tmp_path.iterdir()} == {"report", "kept"}


def test_an_error_of_the_evidence_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError), open_destination(tmp_path / "report"):
        raise SourceNotFoundError("gone")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["missing/report", ".", "file/report"])
def test_a_place_that_cannot_be_written(name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError) as error, open_destination(tmp_path / name):
        pass
    assert error.value.path == os.fspath(tmp_path / name)


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="a system without devices as files")
def test_a_device_is_written_to_and_stays_one() -> None:
    render(full_report(), to="/dev/null")
    assert Path("/dev/null").is_char_device()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a system without a full device")
def test_a_full_disk_is_a_sentence() -> None:
    with pytest.raises(UsageError, match="the report can't be written: No space left"):
        render(full_report(), to="/dev/full")


def test_a_missing_folder_is_named_as_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="its folder does not exist; make the folder first"):
        render(full_report(), to=tmp_path / "absent" / "report")


def test_an_empty_name_is_no_folder() -> None:
    with pytest.raises(UsageError, match="the report's file is empty"):
        render(full_report(), to="")


def test_a_link_keeps_leading_to_the_report(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("earlier")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    render(report(), to=tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text(encoding="utf-8") == render(report())


@pytest.mark.parametrize(
    "name", ["evidence", "evidence/report", "evidence/sub/report", "other/../evidence/r", "link/r"]
)
def test_evidence_is_never_written_into(name: str, tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    (evidence / "sub").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(evidence)
    with pytest.raises(UsageError, match="never written inside the evidence"):
        refuse_evidence(tmp_path / name, [os.fspath(evidence)])
    with pytest.raises(UsageError, match="never written inside the evidence"):
        render(report(location=os.fspath(evidence)), to=tmp_path / name)
    assert sorted(each.name for each in evidence.rglob("*")) == ["sub"]


def test_a_file_that_is_evidence_is_not_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.aspx"
    page.write_text("evidence")
    with pytest.raises(UsageError):
        render(report(location=os.fspath(page)), to=page)
    (tmp_path / "out").mkdir()
    render(report(location=os.fspath(page)), to=tmp_path / "out" / "report")
    assert page.read_text() == "evidence"


@pytest.mark.parametrize("name", ["report", "sub/../report", "link/report", "other.aspx"])
def test_nothing_is_written_beside_a_file_of_evidence(name: str, tmp_path: Path) -> None:
    web = tmp_path / "web"
    (web / "sub").mkdir(parents=True)
    (web / "page.aspx").write_text("evidence")
    (web / "other.aspx").write_text("more evidence")
    (tmp_path / "link").symlink_to(web)
    place = tmp_path / "link" / "report" if name.startswith("link") else web / name
    with pytest.raises(UsageError, match="never written into the folder of the evidence"):
        refuse_evidence(place, [os.fspath(web / "page.aspx")])
    with pytest.raises(UsageError, match="never written into the folder of the evidence"):
        render(report(location=os.fspath(web / "page.aspx")), to=place)
    refuse_evidence(tmp_path / "report", [os.fspath(web / "page.aspx")])
    assert (web / "other.aspx").read_text() == "more evidence"
    assert not (web / "report").exists()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_that_lead_round_in_a_circle_are_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    with pytest.raises(UsageError):
        refuse_evidence(tmp_path / "a" / "report", [os.fspath(tmp_path)])
    with pytest.raises(UsageError), open_destination(tmp_path / "a"):
        pass


@pytest.mark.parametrize("name", ["r" * 255, "\N{SNOWMAN}" * 85])
def test_a_name_as_long_as_one_may_be(name: str, tmp_path: Path) -> None:
    with open_destination(tmp_path / name) as (stream, first):
        stream.write("whole")
        assert first is not None
        first += ["first "]
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "first whole"


def test_a_text_goes_before_what_was_written(tmp_path: Path) -> None:
    path = tmp_path / "report"
    with open_destination(path) as (stream, first):
        assert first is not None
        stream.write("report \ud800 \N{SNOWMAN}\r\n\x85" * 99_999)
        first += ["fleet \ud800\n", "=\n"]
    assert path.read_bytes() == b"fleet \\ud800\n=\n" + "report \\ud800 \N{SNOWMAN}\r\n\x85".encode() * 99_999
    assert list(tmp_path.iterdir()) == [path]


def test_without_space_it_goes_after_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("webshellhunt.reports.destination.shutil.copyfileobj", full)
    with open_destination(tmp_path / "report") as (stream, first):
        assert first is not None
        stream.write("report\n")
        first += ["fleet\n"]
    assert (tmp_path / "report").read_text() == "report\n\nfleet\n"
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="the null device has another name there")
def test_nothing_goes_before_what_a_device_was_given() -> None:
    with open_destination(os.devnull) as destination:
        assert destination.first is None


def test_a_name_that_is_too_long_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError), open_destination(tmp_path / ("r" * 300)):
        pass
    assert not list(tmp_path.iterdir())


def test_an_input_of_the_run_is_not_replaced(tmp_path: Path) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "own.toml").write_text("rules")
    (tmp_path / "link.toml").symlink_to(rules / "own.toml")
    named = [os.fspath(rules), os.fspath(rules / "own.toml"), os.fspath(tmp_path / "link.toml")]
    for name in named:
        with pytest.raises(UsageError, match=r"this is an input of this run .*; choose another path"):
            refuse_input(rules / "own.toml", [name])
    refuse_input(rules / "report.txt", [*named, "", "/no/such/place"])
    refuse_input(tmp_path / "report.txt", named)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
@pytest.mark.parametrize("form", ["jsonl", "html", "text"])
def test_a_report_is_readable_by_its_owner_alone(form: str, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        render(report(), form, to=tmp_path / "report")
    finally:
        os.umask(before)
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o600

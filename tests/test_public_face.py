"""The names that others import, and the way through them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import webshellhunt as wsh
from tests.builders.logs import row, text_log
from webshellhunt.reports import formats
from webshellhunt.sources.memory import MemorySource


def test_the_public_names_are_sorted_and_there() -> None:
    assert wsh.__all__ == sorted(wsh.__all__)
    assert all(hasattr(wsh, name) for name in wsh.__all__)


def test_hunt_is_the_function_not_its_module() -> None:
    assert callable(wsh.hunt)


def test_from_a_folder_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "page.aspx").write_text('<%@ Page Language="C#" %><% Response.Write(1); %>', encoding="utf-8")
    with wsh.open_source(str(tmp_path)) as source:
        report = wsh.hunt(source)
        verdicts = list(wsh.iter_verdicts(source))
    assert [v.disposition for v in report.verdicts] == [wsh.Disposition.BENIGN] == [v.disposition for v in verdicts]
    assert "1 file examined" in str(wsh.render(report, "text"))
    assert wsh.examine(b"plain", path="x.txt").disposition == wsh.Disposition.BENIGN


def test_a_path_is_opened_and_closed_by_the_hunt(tmp_path: Path) -> None:
    (tmp_path / "page.aspx").write_bytes(b"<p>")
    with wsh.open_source(tmp_path) as source:
        by_source = wsh.hunt(source)
    for location in (tmp_path, str(tmp_path)):
        assert repr(wsh.hunt(location)) == repr(by_source)
        assert list(map(repr, wsh.iter_verdicts(location))) == list(map(repr, by_source.verdicts))
    closed = list[str]()
    opened = MemorySource({"page.aspx": b"<p>"})
    opened.close = lambda: closed.append("closed")  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("webshellhunt.hunt_arguments.open_source", lambda _, logs: opened)
        wsh.hunt("E:/evidence")
        assert closed == ["closed"]
    wsh.hunt(opened)
    assert closed == ["closed"]


def test_what_is_no_source_is_said_in_a_sentence() -> None:
    for wrong in (b"E:/evidence", None, 7, ()):
        with pytest.raises(wsh.WebShellHuntError, match=r"^hunt: source is .*; pass a path as str or pathlib"):
            wsh.hunt(wrong)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match=r"^iter_verdicts: source is .*; pass a path"):
            next(wsh.iter_verdicts(wrong))  # type: ignore[arg-type]
    source = MemorySource({})
    with pytest.raises(TypeError, match=r"^hunt: job is of type dict; pass a Job"):
        wsh.hunt(source, job={})  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^hunt: executor is of type int; pass one from open_executor, or None"):
        wsh.hunt(source, executor=2)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^hunt: progress is of type bool; pass a function, or None"):
        wsh.hunt(source, progress=True)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^iter_verdicts: job is of type str"):
        next(wsh.iter_verdicts(source, job="x"))  # type: ignore[arg-type]


def test_examine_takes_bytes_of_each_kind_and_a_file(tmp_path: Path) -> None:
    data = b"<p>plain</p>"
    file = tmp_path / "sample.bin"
    file.write_bytes(data)
    for content in (data, bytearray(data), memoryview(data)):
        assert wsh.examine(content, path=r"C:\x.txt").disposition == wsh.Disposition.BENIGN
        assert wsh.examine(content).subject.path == "page.aspx"
    read = wsh.examine(file, path=r"C:\x.txt")
    assert read.subject.path == r"C:\x.txt"
    assert read.subject.sha256 == wsh.examine(data).subject.sha256
    assert wsh.examine(file).subject.path == "sample.bin"


def test_examine_says_what_to_pass(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match=r"^examine: data is of type str; pass the content as bytes, or the file as p"):
        wsh.examine("<%= 1 %>")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^examine: data is None; pass the content as bytes, bytearray or memoryview"):
        wsh.examine(None)  # type: ignore[arg-type]
    with pytest.raises(
        TypeError, match=r"^examine: path is of type .*; pass the name of the file on the server as str"
    ):
        wsh.examine(b"", path=tmp_path)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^examine: path is empty"):
        wsh.examine(b"", path="")
    with pytest.raises(ValueError, match=r"this is a folder, and examine takes one file; pass the folder to hunt"):
        wsh.examine(tmp_path)
    with pytest.raises(FileNotFoundError, match=r"there is no such file"):
        wsh.examine(tmp_path / "gone.aspx")
    with pytest.raises(TypeError, match=r"^examine: job is of type Limits; pass a Job"):
        wsh.examine(b"", job=wsh.Limits())  # type: ignore[arg-type]


@pytest.mark.parametrize("as_file", [True, False])
def test_of_a_file_above_the_limit_only_a_part_is_read_and_it_is_not_benign(tmp_path: Path, as_file: bool) -> None:
    file = tmp_path / "x.aspx"
    file.write_bytes(b"<p>" + b" " * 3_000_000)
    job = wsh.Job(limits=wsh.Limits(file_bytes=1_048_576))
    verdict = wsh.examine(file if as_file else file.read_bytes(), job=job)
    assert [gap.code for gap in verdict.gaps] == ["too-large"]
    assert (verdict.disposition, verdict.subject.sha256) == (wsh.Disposition.UNEXPLAINED, None)
    assert verdict.reasons == ("only the first 1 MiB of 2 MiB were examined",)


def test_the_face_is_lazy_and_whole() -> None:
    line = "import sys, webshellhunt as w; print('webshellhunt.pipeline' in sys.modules); from webshellhunt import *; "
    line += (
        "import webshellhunt.pipeline; print(callable(w.hunt) and callable(hunt), sorted(set(w.__all__) - set(dir(w))))"
    )
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["False", "True []"]
    with pytest.raises(AttributeError, match="has no attribute 'hunts'"):
        wsh.hunts  # noqa: B018


def test_the_logs_are_chosen_and_their_results_read_by_public_names() -> None:
    shell = b'<\x25@ Page Language="Jscript"\x25><\x25eval(Request.Item["k"],"unsafe");\x25>'
    rows = [row(f"2021-03-0{day} 04:05:06", "/aspnet_client/x.aspx", method="POST") for day in (3, 4)]
    files = {
        "inetpub/wwwroot/aspnet_client/x.aspx": shell,
        "inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": text_log(wsh.LogKind.IIS, *rows),
    }
    period = wsh.Period(since=datetime(2021, 3, 4, tzinfo=UTC))
    report = wsh.hunt(MemorySource(files), job=wsh.Job(logs=wsh.LogOptions(period=period)))
    assert isinstance(report.traffic, wsh.Traffic)
    (client,) = report.traffic.clients
    assert isinstance(client, wsh.Client)
    (use,) = (verdict.use for verdict in report.verdicts if verdict.use is not None)
    assert isinstance(use, wsh.Use)
    assert use.requests == 1
    assert all(isinstance(moment, wsh.Moment) for moment in report.timeline)


def test_the_snippet_of_the_design(tmp_path: Path) -> None:
    """The public face in one piece, as the design and the page about the library show it."""
    page = tmp_path / "EXCH01" / "inetpub" / "wwwroot" / "aspnet_client" / "x.aspx"
    page.parent.mkdir(parents=True)
    page.write_bytes(b'<\x25@ Page Language="Jscript"\x25><\x25eval(Req\x75est.Item["k"],"uns\x61fe");\x25>')
    with wsh.open_source(str(tmp_path / "EXCH01")) as source:
        report = wsh.hunt(source)
        lines = [report.assessment.sentence]
        for verdict in report.verdicts:  # worst first
            lines.append(f"{verdict.disposition} {verdict.subject.path}")
            lines += [f"  {each.rule.id} line {each.evidence[0].line}: {each.message}" for each in verdict.findings]
        lines += [f"not examined: {gap}" for gap in report.gaps]
        form = "sarif" if "sarif" in formats() else "json"
        wsh.render(report, form, to=str(tmp_path / f"EXCH01.{form}"))
        assert [each.disposition for each in wsh.iter_verdicts(source)] == [wsh.Disposition.MALICIOUS]
    assert wsh.examine(page.read_bytes(), path="x.aspx").disposition is wsh.Disposition.MALICIOUS
    assert re.search(r"^malicious .*aspnet_client.x\.aspx$", "\n".join(lines), re.MULTILINE)
    assert re.search(r"^  WSH1001 line 1: ", "\n".join(lines), re.MULTILINE)
    assert json.loads((tmp_path / f"EXCH01.{form}").read_text(encoding="utf-8"))

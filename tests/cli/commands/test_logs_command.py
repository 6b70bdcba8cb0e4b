from __future__ import annotations

import gzip
import io
import json
import zipfile
from pathlib import Path

import pytest

from tests.builders.event_logs import chunk, event_log, sysmon
from tests.builders.logs import row, text_log
from webshellhunt.cli import main
from webshellhunt.model.traffic import LogKind


@pytest.fixture
def server(tmp_path: Path) -> Path:
    folder = tmp_path / "inetpub" / "logs" / "LogFiles" / "W3SVC1"
    folder.mkdir(parents=True)
    pages = tmp_path / "inetpub" / "wwwroot" / "aspnet_client"
    pages.mkdir(parents=True)
    (pages / "other.aspx").write_text("<html></html>")
    rows = [row(f"2021-03-0{day} 04:05:06", "/aspnet_client/gone.aspx") for day in (3, 5)]
    (folder / "u_ex210303.log").write_bytes(text_log(LogKind.IIS, *rows))
    return tmp_path


def _summary(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    last: dict[str, object] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return last


def test_logs_are_read_and_no_page_is_examined(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(server), "--jobs", "1"]) == 1
    text = capsys.readouterr().out
    assert "1 suspicious trace found in the logs alone" in text
    assert "gone.aspx has no file" in text
    assert "other.aspx" not in text


def test_a_period_limits_the_records(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["logs", str(server), "--jobs", "1", "--format", "jsonl"]
    assert main([*arguments, "--until", "2021-03-02"]) == 3
    assert main([*arguments, "--since", "2021-03-05T05:00:00Z"]) == 0
    capsys.readouterr()
    assert main([*arguments, "--since", "2021-03-04", "--until", "2021-03-05"]) == 1
    options = _summary(capsys)["options"]
    assert isinstance(options, dict)
    assert options["logs"]["patterns"] == []
    assert options["logs"]["since_utc"] == "2021-03-04T00:00:00Z"
    assert options["logs"]["until_utc"] == "2021-03-06T00:00:00Z"


@pytest.mark.parametrize("value", ["", "yesterday", "2021-02-30", "2021-03-03T04:05:06+01:00"])
def test_a_time_that_is_none_is_wrong_use(server: Path, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["logs", str(server), "--since", value])
    assert ended.value.code == 2
    assert "pass a day or a time in UTC" in capsys.readouterr().err


def test_a_period_that_ends_before_it_begins_is_wrong_use(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", str(server), "--since", "2021-03-05", "--until", "2021-03-03"]) == 2
    assert "--until is before --since" in capsys.readouterr().err


def test_an_empty_folder_is_incomplete_and_a_wrong_path_an_error(tmp_path: Path) -> None:
    assert main(["logs", str(tmp_path), "--jobs", "1"]) == 3
    assert main(["logs", str(tmp_path / "none"), "--jobs", "1"]) == 2


def test_a_hunt_reads_logs_unless_told_otherwise(server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", str(server), "--jobs", "1"]) == 1
    capsys.readouterr()
    assert main(["hunt", str(server), "--jobs", "1", "--no-logs"]) in (0, 3)
    assert "logs: present, but not read" in capsys.readouterr().out


def test_a_minute_is_a_time(server: Path) -> None:
    arguments = ["logs", str(server), "--jobs", "1", "--format", "jsonl"]
    assert main([*arguments, "--since", "2021-03-05T04:05"]) == 1
    assert main([*arguments, "--since", "2021-03-05T04:06Z"]) == 0


def test_a_report_never_replaces_a_log_or_a_file_of_patterns(
    server: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path_factory.mktemp("pages")
    logs = server / "inetpub" / "logs" / "LogFiles" / "W3SVC1"
    log = logs / "u_ex210303.log"
    before = log.read_bytes()
    for named in (log, logs, server):
        assert main(["hunt", str(place), "--logs", str(named), "--output", str(log), "--jobs", "1"]) == 2
        assert "a report is never written in" in capsys.readouterr().err
    assert log.read_bytes() == before
    patterns = place.with_name("own.toml")
    patterns.write_text("pattern = []")
    for option in ("--patterns", "--accept"):
        assert main(["logs", str(server), option, str(patterns), "--output", str(patterns), "--jobs", "1"]) == 2
    assert patterns.read_text() == "pattern = []"


@pytest.mark.parametrize("option", ["--logs", "--since", "--until", "--patterns"])
def test_options_of_logs_without_logs_are_wrong_use(
    option: str, server: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    value = str(server) if option in ("--logs", "--patterns") else "2021-03-03"
    assert main(["hunt", str(server), "--no-logs", option, value]) == 2
    assert f"--no-logs reads no log, so that {option} has no effect" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--logs", "--patterns"])
def test_a_place_that_does_not_exist_is_wrong_use(
    option: str, server: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", str(server), option, str(server / "none"), "--jobs", "1"]) == 2
    assert "there is no such file or folder" in capsys.readouterr().err


def test_one_compressed_log_is_read(server: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = server / "inetpub" / "logs" / "LogFiles" / "W3SVC1" / "u_ex210303.log"
    packed = tmp_path / "a.log.gz"
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert main(["logs", str(packed), "--jobs", "1"]) == 0
    assert "IIS: 1 file, 2 rows" in capsys.readouterr().out
    pages = tmp_path / "inetpub" / "wwwroot"
    assert main(["hunt", str(pages), "--logs", str(packed), "--jobs", "1"]) == 0
    assert "IIS: 1 file, 2 rows" in capsys.readouterr().out
    # The location is a log by its content: a hunt reads it as well.
    assert main(["hunt", str(packed), "--jobs", "1"]) == 0
    assert "IIS: 1 file, 2 rows" in capsys.readouterr().out


IIS = text_log(LogKind.IIS, *(row(f"2021-03-03 04:05:{n:02d}", "/default.aspx") for n in range(4)))
PROXY = text_log(LogKind.HTTP_PROXY, *(row(f"2021-03-03T04:05:0{n}.789Z", "/ecp/default.aspx") for n in range(4)))
NCSA = b'192.0.2.1 - - [03/Mar/2021:04:05:06 +0000] "GET / HTTP/1.1" 200 5\r\n' * 4
NATIVE = b"192.0.2.1, -, 10/1/2021, 7:19:08, W3SVC1, WEB01, 192.0.2.2, 613, 747, 143, 304, 0, GET, /, -,\r\n" * 4
XML = (
    '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><EventID>1</EventID></System></Event>'
)


def _zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, IIS)
    return packed.getvalue()


LOGS = {
    "u_ex210303.log": IIS,
    "iis_march.txt": IIS,
    "no_extension": IIS,
    "u_ex210303.log.1": IIS,
    "u_ex210303.log.gz": gzip.compress(IIS),
    "packed": gzip.compress(IIS),
    "marked.log": b"\xef\xbb\xbf" + IIS,
    "wide.txt": IIS.decode().encode("utf-16"),
    "picture.jpg": IIS,
    "export.csv": PROXY,
    "Security.evtx": event_log(chunk([sysmon(1)] * 4)),
    "events.bin": event_log(chunk([sysmon(1)] * 4)),
    "events.xml": (XML * 4).encode(),
    "events.json": b'{"EventID": 4104, "Channel": "x"}\n' * 4,
    "W3SVC1.zip": _zipped("u_ex210303.log"),
    "march.zip": _zipped("march/day1"),
}


@pytest.mark.parametrize("name", LOGS)
def test_a_log_is_read_whatever_its_name(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log, pages = tmp_path / name, tmp_path / "pages" / "inetpub" / "wwwroot"
    log.write_bytes(LOGS[name])
    pages.mkdir(parents=True)
    (pages / "index.aspx").write_text("<html></html>")
    for words in (["hunt", str(log)], ["logs", str(log)], ["hunt", str(pages), "--logs", str(log)]):
        # A hunt says that an archive of logs has no page.
        expected = 3 if words == ["hunt", str(log)] and log.suffix == ".zip" else 0
        assert main([*words, "--jobs", "1", "--format", "jsonl"]) == expected, words
        summary = _summary(capsys)
        assert isinstance(summary["coverage"], dict)
        assert summary["coverage"]["logs"] == "held"
        assert isinstance(summary["traffic"], dict)
        assert sum(each["rows"] for each in summary["traffic"]["coverage"]) == 4, words


NO_LOGS = {
    "notes.txt": (b"hello\nworld\n", "it has no format that webshellhunt reads"),
    "access.log": (NCSA, "the format of NCSA"),
    "in210303.log": (NATIVE, "the format of IIS itself, with local times"),
    "raw.ibl": (bytes(200), "the binary format of IIS for all sites together"),
    "u_ex210303.log": (b"", "it is empty"),
    "nc210303.log": (NCSA, "the format of NCSA"),
    "export.csv": (b"a,b,c,d\n1,2,3,4\n", "it has no format that webshellhunt reads"),
}


@pytest.mark.parametrize("name", NO_LOGS)
def test_a_file_that_is_no_log_is_one_sentence(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content, words = NO_LOGS[name]
    file, pages = tmp_path / name, tmp_path / "pages" / "inetpub" / "wwwroot"
    file.write_bytes(content)
    pages.mkdir(parents=True)
    (pages / "index.aspx").write_text("<html></html>")
    for line in (["logs", str(file)], ["hunt", str(pages), "--logs", str(file)]):
        assert main([*line, "--jobs", "1"]) == 2
        (sentence,) = [each for each in capsys.readouterr().err.splitlines() if "not read as a log" in each]
        assert name in sentence
        assert words in sentence
    assert main(["hunt", str(file), "--jobs", "1", "--format", "jsonl"]) == 3
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (gap,) = [each for each in records if each["kind"] == "gap" and each["matters"]]
    assert words in gap["reason"]


def test_a_page_by_itself_is_no_log_that_lacks_something(tmp_path: Path) -> None:
    for name in ("index.aspx", "index.html", "logo.png", "site.js"):
        (tmp_path / name).write_bytes(b"<p>hello</p>")
        assert main(["hunt", str(tmp_path / name), "--jobs", "1"]) == 0


def test_a_folder_of_logs_with_odd_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data in LOGS.items():
        (tmp_path / name).write_bytes(data)
    for name in ("notes.txt", "more.txt", "photo.docx"):  # a picture is no candidate for a log
        (tmp_path / name).write_bytes(b"hello")
    for words in ("logs", "hunt"):
        assert main([words, str(tmp_path), "--jobs", "1", "--format", "jsonl"]) == 0
        *records, summary = map(json.loads, capsys.readouterr().out.splitlines())
        # Three are copies of a log of that day, and a hunt opens no archive without the name of a log.
        left_out = 3 if words == "logs" else 4
        assert sum(each["files"] for each in summary["traffic"]["coverage"]) == len(LOGS) - left_out
        told = [each["reason"] for each in records if each["kind"] == "gap" and each["code"] == "log-format-not-read"]
        assert len(told) == (words == "logs")
        assert all(each.startswith("3 files, such as ") for each in told)


def test_a_place_of_logs_without_one_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages, logs = tmp_path / "inetpub" / "wwwroot", tmp_path / "logs"
    pages.mkdir(parents=True)
    logs.mkdir()
    (pages / "index.aspx").write_text("<html></html>")
    assert main(["hunt", str(pages), "--logs", str(logs), "--jobs", "1"]) == 3
    assert "no log was found here" in capsys.readouterr().out


BROKEN = {
    "zeros in the middle": IIS[:-80] + bytes(5_000) + IIS,
    "a header in the middle": IIS.split(b"\r\n", 4)[4] + IIS,
    "other columns below": IIS + b"#Fields: date time c-ip cs-uri-stem\r\n2021-03-04 04:05:06 192.0.2.1 /x\r\n",
    "garbage": IIS + bytes(range(256)) * 20 + b"\r\n" + IIS,
    "rows that are too short and too long": IIS + b"2021-03-03 04:05:06 /x\r\n" + IIS[:-2] + b" 1 2 3\r\n",
    "a long line": IIS + b"x" * 3_000_000 + b"\r\n" + IIS,
    "no status and no user": b"#Fields: date time c-ip cs-uri-stem\r\n2021-03-04 04:05:06 192.0.2.1 /x\r\n" * 3,
    "garbage alone": bytes(range(1, 256)) * 20,
    "zeros alone": bytes(9_000),
    "a header alone": IIS.split(b"\r\n2021", 1)[0] + b"\r\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_damaged_log_is_read_as_far_as_it_goes(name: str, server: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = server / "inetpub" / "logs" / "LogFiles" / "W3SVC1" / "u_ex210304.log"
    log.write_bytes(BROKEN[name])
    for words in ("hunt", "logs"):
        assert main([words, str(server), "--jobs", "1", "--format", "jsonl"]) == 1
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        *records, summary = map(json.loads, out.splitlines())
        assert not [each for each in records if each["kind"] == "gap" and each["code"] == "examination-failed"]
        # The other log is read, and this one loses its broken rows alone.
        (iis,) = summary["traffic"]["coverage"]
        assert iis["rows"] - iis["broken"] >= 2
        told = [each["reason"] for each in records if each.get("code") == "log-rows-broken"]
        assert len(told) == (iis["broken"] > 0)
        assert all("the first in line " in each for each in told)

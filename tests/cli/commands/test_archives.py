"""Archives on the command line: each command opens them, and a wrong password is one sentence."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
import pyzipper

from tests.builders.archives import zip_of
from tests.builders.containers import zipped
from webshellhunt.cli import main
from webshellhunt.sources.described import open_described

HOST = Path(__file__).parents[3] / "fixtures" / "hosts" / "exchange2019-compromised.host"
PASSWORD = "s3cret-word"
LOG = (
    b"#Software: Microsoft Internet Information Services 10.0\n"
    b"#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) sc-status\n"
    b"2021-03-03 04:05:06 10.0.0.1 GET /owa/auth/logon.aspx - 443 - 203.0.113.5 Mozilla 200\n"
)


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("archives") / "EXCH01.zip"
    path.write_bytes(zip_of(open_described(HOST).source()))
    return path


def encrypted(folder: Path) -> Path:
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", compression=zipfile.ZIP_DEFLATED, encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(PASSWORD.encode())
        archive.writestr("C/inetpub/wwwroot/iisstart.htm", b"<html>")
    (folder / "x.zip").write_bytes(stream.getvalue())
    return folder / "x.zip"


def test_a_hunt_names_the_form_and_finds_the_shells(host: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", "--jobs", "1", "--quiet", str(host)]) == 1
    out = capsys.readouterr().out
    assert f"{host} (a ZIP archive)" in out
    assert r"C:\inetpub\wwwroot\aspnet_client" in out


def test_several_processes_share_an_archive(host: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reports = []
    for jobs in ("1", "2"):
        assert main(["hunt", "--jobs", jobs, "--quiet", "--format", "jsonl", str(host)]) == 1
        reports.append([json.loads(line) for line in capsys.readouterr().out.splitlines()][:-1])
    assert reports[0] == reports[1]


def test_the_other_commands(host: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["server", str(host)]) == 0
    assert "15.2.659.12" in capsys.readouterr().out
    assert main(["baseline", "make", str(host), "--output", str(tmp_path / "x.base"), "--quiet"]) in (0, 1)
    assert (tmp_path / "x.base").stat().st_size > 1000
    capsys.readouterr()
    assert main(["baseline", "compare", str(host), "--baseline", str(tmp_path / "x.base")]) in (0, 1)


def test_logs_in_an_archive_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "logs.zip").write_bytes(zipped({"W3SVC1/u_ex210303.log": LOG}))
    assert main(["logs", "--jobs", "1", "--quiet", str(tmp_path / "logs.zip")]) in (0, 3)
    assert "1 log, 1 row read" in capsys.readouterr().out


def test_the_password_is_never_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = encrypted(tmp_path)
    for form in ("text", "json", "jsonl"):
        assert main(["hunt", "--jobs", "1", "--password", PASSWORD, "--format", form, str(place)]) == 0
        printed = capsys.readouterr()
        assert PASSWORD not in printed.out + printed.err
    assert main(["server", "--password", PASSWORD, str(place)]) in (0, 3)


@pytest.mark.parametrize(
    ("options", "words"), [([], "pass its password with --password"), (["--password", "no"], "the password is wrong")]
)
def test_without_its_password_an_archive_is_one_sentence(
    options: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", "--jobs", "1", "--quiet", *options, str(encrypted(tmp_path))]) == 2
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert words in printed.err


def test_a_drive_with_an_archive_is_wrong_use(host: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hunt", "--quiet", str(host), "--drive", f"D={tmp_path}"]) == 2
    assert "is an archive, with which --drive (D:) is not possible" in capsys.readouterr().err

"""The opening of a cache: nothing of it is inside the evidence, and a file that is no cache ends no hunt."""

from __future__ import annotations

import builtins
import os
from pathlib import Path
from typing import Any

import pytest

from tests.scan.result_cache.cases import cache_in, problems, report_of, told, without_problems
from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.model.limits import Job
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.result_cache import ResultCache
from webshellhunt.scan.result_cache import opening

PAGES = {"wwwroot/a.aspx": b"<p>a</p>", "wwwroot/b.txt": b"b"}


@pytest.fixture
def evidence(tmp_path: Path) -> Path:
    folder = tmp_path / "evidence"
    for name, content in PAGES.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder


def names_below(folder: Path) -> list[str]:
    return sorted(each.relative_to(folder).as_posix() for each in folder.rglob("*") if each.is_file())


@pytest.mark.parametrize("name", ["evidence/c", "evidence/wwwroot/c", "evidence/wwwroot/a.aspx", "link/c", "to-page"])
def test_a_cache_is_never_inside_the_evidence(name: str, evidence: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(evidence)
    (tmp_path / "to-page").symlink_to(evidence / "wwwroot" / "b.txt")
    with pytest.raises(UsageError, match="inside the evidence") as error:
        report_of(evidence, ResultCache(str(tmp_path / name), str(tmp_path / "keys" / "key")))
    assert error.value.path == str(tmp_path / name)
    with pytest.raises(UsageError, match="inside the evidence"):
        report_of(evidence, ResultCache(str(tmp_path / "c"), str(tmp_path / name)))
    assert names_below(evidence) == sorted(PAGES)
    assert not (tmp_path / "keys").exists()


def test_logs_elsewhere_and_a_second_name_of_a_page_are_evidence_too(evidence: Path, tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    job = Job(logs=LogOptions(paths=(str(tmp_path / "logs"),)))
    with pytest.raises(UsageError, match="inside the evidence"):
        report_of(evidence, ResultCache(str(tmp_path / "logs" / "c"), str(tmp_path / "keys" / "key")), job)
    (evidence / "wwwroot" / "empty.txt").write_bytes(b"")
    (tmp_path / "second").hardlink_to(evidence / "wwwroot" / "empty.txt")
    with pytest.raises(UsageError, match="another name"):
        report_of(evidence, ResultCache(str(tmp_path / "second"), str(tmp_path / "keys" / "key")))


def test_a_place_that_is_no_place_of_a_file_is_wrong_use(evidence: Path, tmp_path: Path) -> None:
    key = str(tmp_path / "keys" / "key")
    with pytest.raises(UsageError, match="this is a folder"):
        report_of(evidence, ResultCache(str(tmp_path), key))
    with pytest.raises(UsageError, match="does not exist; make the folder"):
        report_of(evidence, ResultCache(str(tmp_path / "absent" / "c"), key))
    with pytest.raises(UsageError, match="it protects nothing"):
        report_of(evidence, ResultCache(str(tmp_path / "c"), str(tmp_path / "key")))


@pytest.mark.parametrize("content", [b"a report of mine", b"SQLite format 3\0" + bytes(100), b"\0" * 10])
def test_a_file_that_is_no_cache_stays_and_the_hunt_goes_on(content: bytes, evidence: Path, tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    Path(cache.path).write_bytes(content)
    report = report_of(evidence, cache)
    assert len(problems(report)) == 1
    assert problems(report)[0].startswith("the cache is not used: it is")
    assert not [gap for gap in report.gaps if gap.code == "cache-not-used" and gap.matters]
    assert without_problems(report) == report_of(evidence)
    assert Path(cache.path).read_bytes() == content


def test_a_cache_without_files_to_examine_is_not_opened(evidence: Path, tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    report_of(evidence, cache, Job(logs=LogOptions(alone=True)))
    assert not Path(cache.path).exists()


def test_a_path_is_a_cache_too(evidence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "default_key_path", lambda: tmp_path / "keys" / "key")
    from webshellhunt.pipeline import hunt

    hunt(evidence, cache=tmp_path / "c")
    assert (tmp_path / "c").stat().st_size > 0
    assert (tmp_path / "keys" / "key").exists()


def test_a_python_without_sqlite_is_told(evidence: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name.endswith("result_cache.database"):
            raise ImportError(name)
        return real(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingDependencyError, match="sqlite3"):
        report_of(evidence, cache_in(tmp_path))


@pytest.mark.skipif(not hasattr(os, "geteuid") or not os.geteuid(), reason="root may write anywhere")
def test_a_cache_that_cannot_be_written_is_still_read(evidence: Path, tmp_path: Path) -> None:
    cache = cache_in(tmp_path)
    plain = told(evidence, cache)
    Path(cache.path).chmod(0o400)
    assert told(evidence, cache) == plain
    (evidence / "wwwroot" / "new.aspx").write_bytes(b"<p>new</p>")
    assert problems(report_of(evidence, cache)) == ["the cache is not used: it can't be written"]

"""Faults under every source: a hunt ends with a report or one error, and what was lost by a fault is a gap."""

from __future__ import annotations

import gzip
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import ntfs_parts as parts
from tests.builders.archives import seven_zip_of
from tests.builders.containers import tarred, zipped
from tests.builders.faults import FAULTS, faults_below
from tests.builders.inert import live
from tests.builders.mutants import fewer
from tests.builders.servers import HOST_CONFIG, application_host
from tests.builders.triage import velociraptor
from webshellhunt.errors import SourceError
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

SHELL = live('<\x25@ Page Language="C#" \x25>' + "<p>text</p>\n" * 400 +
             '<\x25 System.Diagn·ostics.Pro·cess.Start(Req·uest["k"]); \x25>').encode()  # fmt: skip
"""Its end matters: a part of it is harmless."""
FILES = {
    "C/inetpub/wwwroot/a/shell.aspx": SHELL,
    "C/inetpub/wwwroot/index.html": b"<p>hello</p>",
    "C/inetpub/wwwroot/web.config": b"<configuration/>",
    f"C/{HOST_CONFIG}": application_host(("/", "C:\\inetpub\\wwwroot")),
    "C/inetpub/logs/LogFiles/W3SVC1/u_ex210303.log": b"#Fields: date time cs-uri-stem\n" * 9,
}


def _folder(place: Path) -> None:
    for path, data in FILES.items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_bytes(data)


def _file(name: str, data: Callable[[], bytes]) -> Callable[[Path], object]:
    return lambda place: (place / name).write_bytes(data())


def _image() -> bytes:
    small = live('<\x25@ Page Language="C#" \x25><\x25 System.Diagn·ostics.Pro·cess.Start(Req·uest["k"]); \x25>')
    name = parts.resident(0x30, parts.file_name("shell.aspx", 31))
    page = parts.record(parts.resident(0x10, parts.standard()), name, parts.resident(0x80, small.encode()))
    names = ((5, "inetpub", 30), (30, "wwwroot", 31), (31, "shell.aspx", 32))
    return parts.volume({32: page, **{each: _directory(name, number) for each, name, number in names}})


def _directory(name: str, number: int) -> bytes:
    entry = parts.index_entry(name, number, flags=0 if "." in name else 0x10000000)
    return parts.record(
        parts.resident(0x10, parts.standard()), parts.resident(0x90, parts.index_root(entry), "$I30"), flags=3
    )


def _collection(place: Path) -> None:
    velociraptor(MemorySource(FILES, drives={"C": "C"})).write_zip(place / "collection.zip")


SOURCES: dict[str, Callable[[Path], object]] = {
    "folder": _folder,
    "zip": _file("c.zip", lambda: zipped(FILES)),
    "tar": _file("c.tar", lambda: tarred(FILES)),
    "gzip": _file("c.tar.gz", lambda: gzip.compress(tarred(FILES), mtime=0)),
    "7-Zip": _file("c.7z", lambda: seven_zip_of(MemorySource(FILES))),
    "image": _file("c.dd", _image),
    "collection": _collection,
}


def _place(folder: str) -> Path:
    """Return the location in a folder: the one file in it, or the folder."""
    (first, *more) = sorted(Path(folder).iterdir())
    return Path(folder) if more or first.is_dir() else first


def _is_found(report: Report) -> bool:
    return any(each.disposition is Disposition.MALICIOUS for each in report.verdicts)


@pytest.fixture(scope="module", params=SOURCES)
def laid(request: pytest.FixtureRequest) -> Iterator[tuple[Path, int]]:
    """Lay out a location; its number is that of the calls of a hunt without a fault."""
    with tempfile.TemporaryDirectory(prefix="webshellhunt-") as folder:
        SOURCES[request.param](Path(folder))
        place = _place(folder)
        with faults_below(folder, {}) as calls:
            assert _is_found(hunt(place))
        yield place, calls.number


def _report(place: Path, planned: dict[int, str]) -> tuple[Report | None, list[tuple[str, str]]]:
    """Return the report of a hunt, ``None`` if it ended with an error of its source, and the faults that happened."""
    with faults_below(str(place), planned) as calls:
        try:
            return hunt(place), calls.happened
        except SourceError:
            return None, calls.happened


def _judge(report: Report | None, happened: list[tuple[str, str]]) -> None:
    if report is None:
        assert happened
        return
    assert _is_found(report) or any(each.matters for each in report.gaps), happened
    assert not any("Error" in each.reason or "Traceback" in each.reason for each in report.gaps), report.gaps


@fewer(2)
@given(data=st.data())
def test_what_faults_take_away_is_a_gap(laid: tuple[Path, int], data: st.DataObject) -> None:
    place, count = laid
    planned = st.dictionaries(st.integers(0, count + 3), st.sampled_from(FAULTS), min_size=1, max_size=3)
    _judge(*_report(place, data.draw(planned, "faults")))


@pytest.mark.parametrize("fault", FAULTS)
def test_what_one_fault_takes_away_is_a_gap(laid: tuple[Path, int], fault: str) -> None:
    place, count = laid
    assert count > 3
    step = max(1, count // 6)
    for number in range(FAULTS.index(fault) % step, count, step):
        _judge(*_report(place, {number: fault}))


def test_a_short_read_is_no_end(laid: tuple[Path, int]) -> None:
    place, count = laid
    report, happened = _report(place, dict.fromkeys(range(count * 9), FAULTS[0]))
    assert happened
    assert report is not None
    assert _is_found(report)
    assert report.gaps == hunt(place).gaps

"""Logs of real servers: the samples of other projects, and whole folders of logs that somebody published."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.builders.mutants import mutants
from tests.builders.questions import Asked, asked_for, search
from tests.builders.specimens import code_blocks, specimen
from webshellhunt.logs.kinds import HEAD_BYTES, kind_by_content, kind_by_path, unread_format
from webshellhunt.logs.rows import LogSearch
from webshellhunt.model.traffic import LogFile, LogKind, Record


def _records(data: bytes, rows: int, broken: int = 0) -> list[Record]:
    kind = kind_by_content(data[:HEAD_BYTES])
    assert kind is not None
    log, (taken,) = search(kind, data)
    assert (log.rows, log.broken, len(taken.records)) == (rows, broken, rows - broken)
    return taken.records


@pytest.mark.parametrize(
    ("name", "rows"),
    [("iis10", 1), ("iis10_cookies", 3), ("iis10_edge_cases", 15), ("iis6", 12), ("iis7_owa", 3), ("iis7_sqli", 2),
     ("iis_without_date", 11)],
)  # fmt: skip
def test_samples_of_plaso(name: str, rows: int) -> None:
    data = specimen(f"log2timeline+plaso/test_data/iis/{name}.log").read_bytes()
    records = _records(data, rows)
    assert all(record.path.startswith("/") and record.status and record.when_utc for record in records)
    assert all(record.client and record.text("s-ip") for record in records)


def test_samples_of_velociraptor() -> None:
    records = _records(specimen("Velocidex+velociraptor/artifacts/testdata/files/csv/iis.log").read_bytes(), 4)
    assert records[2].path == "/autodiscover/autodiscover.json"
    assert records[2].status == 200
    tracked = _records(specimen("Velocidex+velociraptor/artifacts/testdata/files/csv/exchange.log").read_bytes(), 2)
    assert [record.text("event-id") for record in tracked] == ["NOTIFYMAPI", "RECEIVE"]


def test_samples_of_dissect() -> None:
    records = _records(specimen("fox-it+dissect.target/W3SVC1/u_ex211001_x.log").read_bytes(), 20)
    assert Counter(len(record.fields) > 15 for record in records)[True] == 14
    native = specimen("fox-it+dissect.target/W3SVC1/u_in211001.log").read_bytes()
    assert kind_by_content(native) is None
    assert str(unread_format(native)) == "the format of IIS itself, with local times"


def test_samples_of_beats() -> None:
    records = _records(specimen("elastic+beats/httperr.log").read_bytes(), 12)
    assert records[3].text("s-reason") == "Timer_MinBytesPerSecond"
    assert records[11].client == "::1%0"
    assert [record.status for record in records[4:6]] == [400, 400]
    _records(specimen("elastic+beats/iis.log").read_bytes(), 5, broken=1)


def test_logs_of_exchange_2016() -> None:
    """The page shows most logs of Exchange: the names of their columns, and a row or more of each."""
    kinds: Counter[LogKind | str] = Counter()
    for block in code_blocks(specimen("Qazeer+artefacts.help/microsoft_exchange.md")):
        data = block.encode()
        kind = kind_by_content(data)
        if kind is None:
            kinds[str(unread_format(data) or "")] += 1
            continue
        rows = sum(bool(line) and line[0] != "#" for line in block.split("\n"))
        for record in _records(data, rows):
            assert record.when_utc is not None
            if kind is LogKind.HTTP_PROXY:
                assert record.path.startswith("/")
                assert record.status
                assert record.client
        kinds[kind] += 1
    expected = {
        LogKind.HTTP_PROXY: 8, LogKind.ECP_ACTIVITY: 1, LogKind.ECP_SERVER: 1, LogKind.EWS: 1, LogKind.CMDLET: 1,
        LogKind.MESSAGE_TRACKING: 1,
    }  # fmt: skip
    assert {kind: number for kind, number in kinds.items() if isinstance(kind, LogKind)} == expected


def test_the_front_end_on_a_day_of_proxylogon() -> None:
    blocks = code_blocks(specimen("helsecert+2021-march-exchange/README.md"))
    (block,) = (block for block in blocks if block.startswith("#TYPE"))
    records = _records(block.encode(), 11)
    assert {record.path for record in records} == {"/ecp/y.js"}
    assert {record.client for record in records} == {"130.255.189.21"}
    assert sum("SetObject" in (record.text("anchormailbox") or "") for record in records) == 3
    assert sorted({record.status for record in records if record.status}) == [200, 241]


@pytest.mark.parametrize(
    "folder", ["Tongyikai+WindowsServer2019_IIS", "know-it-peru+WebKnowIT", "phamhoai0404+TSD_PHP_XEM"]
)
def test_folders_of_logs(folder: str) -> None:
    """No row of these logs is broken but the last of one; the fast search finds each row that a naive reader finds."""
    paths = sorted(specimen(folder).rglob("*.log"))
    wanted = (b"/favicon.ico", b"/", b"/_layouts/15/spinstall0.aspx")
    assert paths
    for path in paths[:: max(1, len(paths) // 60)]:
        data = path.read_bytes()
        kind, site = kind_by_path(str(path))
        assert kind is kind_by_content(data[:HEAD_BYTES])
        assert kind is not None
        assert kind in (LogKind.IIS, LogKind.FTP)
        assert site is not None
        log, (taken,) = search(kind, data, asked_for(*wanted))
        rows = [line for line in data.split(b"\n") if line.strip() and line[:1] != b"#"]
        assert (log.rows, log.broken) == (len(rows), len(data) > 0 and not data.endswith(b"\n"))
        assert log.first_utc is not None
        if kind is LogKind.IIS:
            assert len(taken.records) == sum(row.split(b" ")[4].lower() in wanted for row in rows)


def test_mutants_of_real_logs() -> None:
    names = (
        "log2timeline+plaso/test_data/iis/iis10_edge_cases.log", "elastic+beats/httperr.log",
        "Velocidex+velociraptor/artifacts/testdata/files/csv/exchange.log",
    )  # fmt: skip
    for name in names:
        data = specimen(name).read_bytes()
        kind = kind_by_content(data)
        assert kind is not None
        for mutant in mutants(data, 2000):
            log, _ = search(kind, mutant, Asked())
            assert 0 <= log.broken <= log.rows


def test_a_growing_log_is_read_as_far_as_it_went() -> None:
    data = bytearray(specimen("log2timeline+plaso/test_data/iis/iis6.log").read_bytes())
    tail = data.splitlines()[-1] + b"\n"

    def read(offset: int, size: int) -> bytes:
        if len(data) < 20_000:
            data.extend(tail)
        return bytes(data[offset : offset + min(size, 1000)])

    log, _ = LogSearch(LogFile("x", LogKind.IIS), [Asked()]).run(read)
    assert log.rows > 12
    assert log.broken == 0

"""Several servers in one place are several hosts; several drives of one server are one."""

from __future__ import annotations

import pytest

from webshellhunt.errors import SeveralHostsError
from webshellhunt.sources import MemorySource
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.collection.hosts import find_hosts, only_host, sublocation

_SYSTEM = ("Windows/System32/config/SYSTEM", "inetpub/wwwroot/a.aspx")
_DATA = ("sites/a.aspx",)
_ONE_SIGN = ("inetpub/wwwroot/a.aspx",)


def _source(*tops: tuple[str, tuple[str, ...]]) -> MemorySource:
    return MemorySource({f"{top}/{path}": b"" for top, paths in tops for path in paths}, location="/case")


@pytest.mark.parametrize(
    ("tops", "places"),
    [
        ([("EXCH01/C", _SYSTEM), ("EXCH02/C", _SYSTEM)], ["EXCH01", "EXCH02"]),
        ([("EXCH01", _SYSTEM), ("EXCH02", _SYSTEM)], ["EXCH01", "EXCH02"]),
        ([("EXCH01", _SYSTEM), ("EXCH02", _ONE_SIGN)], ["EXCH01", "EXCH02"]),
        ([("EXCH01", _ONE_SIGN), ("EXCH02", _ONE_SIGN)], ["EXCH01", "EXCH02"]),
        ([("EXCH01/C", _SYSTEM), ("EXCH01/D", _DATA), ("EXCH02/C$", _SYSTEM)], ["EXCH01", "EXCH02"]),
        ([("a/EXCH01/mnt/c", _SYSTEM), ("b/EXCH02/drive_c", _SYSTEM)], ["a/EXCH01", "b/EXCH02"]),
        ([("EXCH01_C", _SYSTEM), ("EXCH02_C", _SYSTEM)], ["EXCH01_C", "EXCH02_C"]),
        ([("uac-A-linux-1/[root]", _SYSTEM), ("uac-B-linux-1/[root]", _SYSTEM)], ["uac-A-linux-1", "uac-B-linux-1"]),
        ([("EX1/uploads/auto/C%3A", _SYSTEM), ("EX2/C", _SYSTEM)], ["EX1", "EX2"]),
        ([("EXCH01.zip/C", _SYSTEM), ("day2/EXCH02.7z/C", _SYSTEM)], ["EXCH01.zip", "day2/EXCH02.7z"]),
    ],
)
def test_servers_in_folders_of_their_own_are_several_hosts(
    tops: list[tuple[str, tuple[str, ...]]], places: list[str]
) -> None:
    source = _source(*tops)
    with pytest.raises(SeveralHostsError) as raised:
        with_layout(source)
    assert all(place in str(raised.value) for place in places)
    assert raised.value.locations == tuple(f"/case/{place}" for place in places)


@pytest.mark.parametrize(
    "tops",
    [
        [("C", _SYSTEM), ("D", _DATA)],
        [("EXCH01/C", _SYSTEM), ("EXCH01/D", _SYSTEM)],
        [("EXCH01_C", _SYSTEM), ("EXCH01_D", _ONE_SIGN)],
        [("disk0/C", _SYSTEM), ("disk1/D", ("Program Files/Microsoft/Exchange Server/V15/Bin/a.dll",))],
        [("C/C", _SYSTEM), ("D/D", _ONE_SIGN)],
        [("EXCH01/C", _SYSTEM), ("EXCH01/VSS1", _SYSTEM)],
        [("EXCH01/C", _SYSTEM), ("EXCH01/C/Windows.old", _SYSTEM), ("EXCH01/C/Backup/EXCH00/C", _SYSTEM)],
        [("C", _SYSTEM), ("inetpub-copy", _ONE_SIGN)],
        [("EXCH01.zip/C", _SYSTEM), ("EXCH01.zip/logs", ("u_ex.log",))],
    ],
)
def test_the_drives_copies_and_backups_of_one_server_are_one_host(tops: list[tuple[str, tuple[str, ...]]]) -> None:
    source = _source(*tops)
    assert len(find_hosts(source)) == 1
    assert only_host(source) is not None


def test_a_plain_folder_has_no_host() -> None:
    assert only_host(_source(("docs", ("a.txt",)), ("tools", ("b.exe",)))) is None


def test_what_is_in_none_of_the_servers_is_known() -> None:
    source = _source(("a/EXCH01/C", _SYSTEM), ("a/EXCH02/C", _SYSTEM), ("a/logs", ("u.log",)), ("tools", ("x.exe",)))
    with pytest.raises(SeveralHostsError) as raised:
        only_host(source)
    assert raised.value.others == ("tools", "a/logs")


def test_many_servers_are_counted() -> None:
    source = _source(*((f"EXCH{number:02}/C", _SYSTEM) for number in range(12)))
    with pytest.raises(SeveralHostsError, match=r"12 servers are in it, EXCH00, EXCH01, EXCH02 and 9 more;"):
        only_host(source)


def test_the_location_of_a_server_is_below() -> None:
    assert sublocation("case/", "a/EXCH01") == "case/a/EXCH01"
    assert sublocation("D:\\case\\", "a/EXCH01") == "D:\\case\\a\\EXCH01"
    assert sublocation("case.zip", "EXCH01") == "case.zip/EXCH01"
    assert sublocation("/", "EXCH01") == "/EXCH01"

"""Members of ZIP archives."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from tests.builders.carried_code import SCRIPT
from tests.builders.steps import at_most
from webshellhunt.decoding.carriers import iter_carried_parts
from webshellhunt.decoding.carriers.archive import open_carrier


def zip_of(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, (2021, 3, 1, 2, 3, 4)), content, method)
    return out.getvalue()


def test_pages_by_name_and_code_by_content() -> None:
    data = zip_of(
        {"a/x.aspx": b"nothing", "b.txt": SCRIPT, "c.txt": b"text", "d.txt": SCRIPT.decode().encode("utf-16")}
    )
    carried = {c.name: c for c in open_carrier(data)}
    assert set(carried) == {"a/x.aspx", "b.txt", "d.txt"}
    assert carried["b.txt"].data == SCRIPT
    assert not carried["b.txt"].executes
    assert carried["b.txt"].facts["modified"] == "2021-03-01 02:03:04"
    ranges = sorted((c.start, c.end) for c in carried.values())
    assert data[ranges[0][0] :].startswith(b"PK\3\4")
    assert data[carried["b.txt"].end :].startswith(b"PK\3\4")


def test_a_stored_member_is_also_run_where_it_lies() -> None:
    found = {(c.carrier, c.executes) for c in iter_carried_parts(zip_of({"x.txt": SCRIPT}, zipfile.ZIP_STORED))}
    assert found == {("ZIP archive", False), ("binary", True)}


def test_an_archive_behind_something_else() -> None:
    assert [c.data for c in open_carrier(b"GIF89a" + bytes(5000) + zip_of({"x.txt": SCRIPT}))] == [SCRIPT]


def test_a_bomb_takes_a_bounded_time_and_memory() -> None:
    data = zip_of({f"{n}.aspx": bytes(20_000_000) for n in range(8)})
    with at_most(500_000):
        assert sum(len(c.data) for c in open_carrier(data)) <= 64 * 1024 * 1024


def test_an_encrypted_or_broken_member_is_left() -> None:
    data = bytearray(zip_of({"x.txt": SCRIPT}))
    directory = data.index(b"PK\1\2")
    data[directory + 8] |= 1
    assert not list(open_carrier(bytes(data)))
    assert not list(open_carrier(bytes(data[:-1])))

"""Catalogues of Windows, made here with a root of our own: no real one is at hand."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.builders.images import image
from tests.builders.signed import SHA1, SHA256, Identity, catalogue, identity, indirect_data, pin, signed_data
from webshellhunt.binaries.authenticode import image_digests
from webshellhunt.host.machine import catalogues
from webshellhunt.host.machine.catalogues import Catalogues, catalogues_of
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.sources.memory import MemorySource

FOLDER = "C/Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}"
INETSRV = "C/Windows/System32/inetsrv"
STOCK = {name: image("RegisterModule", texts=[name]) for name in ("a.dll", "b.dll", "c.dll")}
OTHER = image("RegisterModule", texts=["other"])


def digest(data: bytes, algorithm: bytes = SHA256) -> tuple[bytes, bytes]:
    return algorithm, image_digests(data, "sha1" if algorithm is SHA1 else "sha256")[0]


def microsoft(monkeypatch: pytest.MonkeyPatch, name: str = "Microsoft Windows") -> Identity:
    return identity(name, "Microsoft Corporation", pin(monkeypatch, is_microsoft=True))


def host(cats: Mapping[str, bytes], files: Mapping[str, bytes] = STOCK) -> tuple[Catalogues, MemorySource]:
    source = MemorySource(
        {f"{FOLDER}/{name}": data for name, data in cats.items()}
        | {f"{INETSRV}/{name}": data for name, data in files.items()}
        | {f"{INETSRV}/config/applicationHost.config": b"<configuration />"}
    )
    return catalogues_of(survey(source, Limits()).paths), source


@pytest.mark.parametrize("algorithm", [SHA1, SHA256])
def test_a_file_of_a_verified_catalogue_is_stock(algorithm: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    by = microsoft(monkeypatch)
    held, _ = host({"x.CAT": catalogue([digest(each, algorithm) for each in STOCK.values()], by)})
    assert held.is_whole
    assert all(map(held.has, STOCK.values()))
    assert not held.has(OTHER)
    assert not held.has(b"no image")


def test_a_file_that_no_catalogue_has_is_not_stock_where_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    by = microsoft(monkeypatch)
    files = {**STOCK, "x.dll": OTHER}
    held, source = host({"x.cat": catalogue([digest(each) for each in STOCK.values()], by)}, files)
    entries = {each.name: each for each in source.list(INETSRV)}
    assert held.is_stock(entries["a.dll"], STOCK["a.dll"]) is True
    assert held.is_stock(entries["x.dll"], OTHER) is False
    few, _ = host({"x.cat": catalogue([digest(STOCK["a.dll"])], by)}, files)
    assert few.is_stock(entries["x.dll"], OTHER) is None


@pytest.mark.parametrize("kind", ["own root", "drivers of others", "changed", "beside the content", "another type"])
def test_other_catalogues_prove_nothing(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by = microsoft(monkeypatch)
    rows = [digest(each) for each in STOCK.values()]
    if kind == "own root":
        data = catalogue(rows, identity("Microsoft Windows", "Microsoft Corporation"))
    elif kind == "drivers of others":
        name = "Microsoft Windows Hardware Compatibility Publisher"
        data = catalogue(rows, microsoft(monkeypatch, name))
    elif kind == "changed":
        data = catalogue([digest(OTHER)], by).replace(digest(OTHER)[1], rows[0][1])
    elif kind == "beside the content":
        data = catalogue([digest(OTHER)], by) + indirect_data(rows[0][1])
    else:
        data = signed_data(indirect_data(rows[0][1]), "1.3.6.1.4.1.311.2.1.4", by)
    held, _ = host({"x.cat": data})
    assert not held.has(STOCK["a.dll"])


def test_without_catalogues_nothing_is_known() -> None:
    held, source = host({})
    (entry, *_) = [each for each in source.list(INETSRV) if each.name == "a.dll"]
    assert (held.is_whole, held.is_stock(entry, STOCK["a.dll"])) == (False, None)


@pytest.mark.parametrize("data", [b"", b"text", b"\x30\x80" * 50])
def test_a_damaged_catalogue_is_passed_over(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    by = microsoft(monkeypatch)
    good = catalogue([digest(each) for each in STOCK.values()], by)
    row = indirect_data(digest(STOCK["a.dll"])[1])
    held, _ = host({"a.cat": data + row, "b.cat": good, "c.cat": good[:100] + row})
    assert held.has(STOCK["a.dll"])


def test_limits_leave_the_answer_open(monkeypatch: pytest.MonkeyPatch) -> None:
    by = microsoft(monkeypatch)
    data = catalogue([digest(each) for each in STOCK.values()], by)
    monkeypatch.setattr(catalogues, "_MOST_BYTES", len(data) + 10)
    held, source = host({"a.cat": data, "b.cat": data}, {**STOCK, "x.dll": OTHER})
    (entry,) = [each for each in source.list(INETSRV) if each.name == "x.dll"]
    assert (held.is_whole, held.has(STOCK["a.dll"]), held.is_stock(entry, OTHER)) == (False, True, None)

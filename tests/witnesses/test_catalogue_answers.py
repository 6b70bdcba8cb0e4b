"""Catalogues clear files of Windows by their content, and add what they say to the others."""

from __future__ import annotations

import pytest

from tests.builders.images import image
from tests.builders.signed import SHA256, catalogue, identity, pin
from webshellhunt.binaries.authenticode import image_digests
from webshellhunt.model.verdict import Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.sources.memory import MemorySource

FOLDER = "C/Windows/System32/CatRoot/{F750E6C3-38EE-11D1-85E5-00C04FC295EE}"
SYSTEM = "C/Windows/System32"
LISTENS = {"httpapi.dll": ["HttpInitialize", "HttpAddUrl"]}
FILES = {
    f"{SYSTEM}/newservice.dll": image("ServiceMain", imports=LISTENS, company="Microsoft Corporation"),
    f"{SYSTEM}/inetsrv/newmodule.dll": image("RegisterModule", company="Microsoft Corporation"),
    f"{SYSTEM}/inetsrv/b.dll": image("Other", texts=["b"]),
    f"{SYSTEM}/inetsrv/c.dll": image("Other", texts=["c"]),
    f"{SYSTEM}/inetsrv/config/applicationHost.config": b"<configuration />",
}
PLANT = f"{SYSTEM}/inetsrv/planted.dll"


def told(files: dict[str, bytes]) -> dict[str, Verdict]:
    found = hunt(MemorySource(files)).verdicts
    return {verdict.subject.path.rpartition("\\")[2]: verdict for verdict in found if verdict.findings}


def test_stock_files_of_a_catalogue_are_cleared_and_others_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(told(FILES)) == {"newservice.dll", "newmodule.dll"}
    by = identity("Microsoft Windows", "Microsoft Corporation", pin(monkeypatch, is_microsoft=True))
    data = catalogue([(SHA256, image_digests(each, "sha256")[0]) for each in list(FILES.values())[:4]], by)
    files = {**FILES, f"{FOLDER}/x.cat": data}
    assert told(files) == {}
    found = told({**files, PLANT: image("RegisterModule", "Other", company="Microsoft Corporation")})
    assert list(found) == ["planted.dll"]
    assert "no catalogue of this Windows has its digest" in found["planted.dll"].findings[0].message


def test_a_replaced_stock_module_is_seen_by_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    by = identity("Microsoft Windows", "Microsoft Corporation", pin(monkeypatch, is_microsoft=True))
    data = catalogue([(SHA256, image_digests(each, "sha256")[0]) for each in list(FILES.values())[:4]], by)
    plant = {f"{SYSTEM}/inetsrv/iisfreb.dll": image("RegisterModule"), f"{FOLDER}/x.cat": data}
    found = told({**FILES, **plant})
    assert list(found) == ["iisfreb.dll"]
    assert "no catalogue of this Windows has its digest" in found["iisfreb.dll"].findings[0].message

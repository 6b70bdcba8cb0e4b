"""Programs that take requests without IIS, by their imports, their place and their texts."""

from __future__ import annotations

import pytest

from tests.builders.images import image
from tests.builders.signed import TIME_STAMPING, identity, pin, signed_image
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

LISTENS = {"httpapi.dll": ["HttpInitialize", "HttpAddUrl"]}
SYSTEM = "Windows/System32/x.dll"


def told(data: bytes, path: str = SYSTEM) -> list[Finding]:
    return [each for each in examine(data, path=path).findings if each.rule.id == "WSH5030"]


def test_a_listener_in_a_folder_of_windows() -> None:
    (finding,) = told(image("ServiceMain", imports=LISTENS))
    assert (finding.severity, finding.facts.get("address")) == (Severity.HIGH, None)
    assert "without IIS and its logs" in finding.message
    (finding,) = told(image("ServiceMain", imports=LISTENS, company="Microsoft Corporation"))
    assert finding.severity is Severity.MEDIUM


@pytest.mark.parametrize("wide", [False, True])
def test_an_address_of_exchange_counts_anywhere(wide: bool) -> None:
    address = "https://+:443/autodiscover/x/"
    text = address.encode("utf-16-le").decode("latin-1") if wide else address
    (finding,) = told(image(imports=LISTENS, texts=[text]), "Program Files/Maker/x.exe")
    assert finding.severity is Severity.CRITICAL
    assert str(finding.facts["address"]).startswith("https://+:443/autodiscover/x")


@pytest.mark.parametrize(
    "data",
    [
        image("HttpAddUrl", "HttpInitialize"),
        image(imports={"winhttp.dll": ["WinHttpOpen"]}),
        b"MZ HttpAddUrl",
        image("RegisterModule", texts=["text"]),
    ],
    ids=["the library itself", "a client", "no program", "no listener"],
)
def test_others_are_left_alone(data: bytes) -> None:
    assert told(data) == []


def test_a_folder_of_its_own_is_its_place() -> None:
    assert told(image(imports=LISTENS), "Program Files/Maker/x.exe") == []
    assert told(image(imports=LISTENS, texts=["https://+:443/reports/"]), "Program Files/Maker/x.exe") == []


def test_a_valid_signature_clears_it(monkeypatch: pytest.MonkeyPatch) -> None:
    root = pin(monkeypatch)
    stamp = identity("Stamp", "Tests", root, TIME_STAMPING)
    data = signed_image(image(imports=LISTENS), identity("Maker", "Maker Ltd", root), stamp=stamp)
    assert told(data) == []
    (finding,) = told(data + b"12345678")
    assert "was made for other content" in finding.message

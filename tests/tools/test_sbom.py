"""The bill of materials: its root is the wheel, and a document that breaks the schema is refused.

``.ci/run`` makes and checks the whole document, which needs a network.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from tools import sbom

_WHEEL = "webshellhunt-0.1.0-py3-none-any.whl"


def _document() -> dict[str, Any]:
    root = {"type": "application", "name": "webshellhunt", "bom-ref": "root-component"}
    part = {"type": "library", "name": "chardet", "version": "7.7.0", "bom-ref": "chardet"}
    head = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
    return {**head, "metadata": {"component": root}, "components": [part]}


@pytest.fixture
def written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / _WHEEL).write_bytes(b"PK")
    monkeypatch.setattr(sbom, "install", lambda wheel, folder: folder)
    monkeypatch.setattr(sbom, "listed", lambda python: json.dumps(_document()))
    return tmp_path / "webshellhunt.cdx.json"


def _main(written: Path) -> int:
    return sbom.main(["--wheel", str(written.with_name(_WHEEL)), "--output", str(written)])


def test_the_root_is_the_wheel(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sbom, "find_error", lambda text: None)
    assert _main(written) == 0
    root = json.loads(written.read_text(encoding="utf-8"))["metadata"]["component"]
    assert root["version"] == "0.1.0"
    assert root["purl"] == "pkg:pypi/webshellhunt@0.1.0"
    assert root["hashes"] == [{"alg": "SHA-256", "content": hashlib.sha256(b"PK").hexdigest()}]


def test_a_document_that_is_not_valid_is_not_written(
    written: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sbom, "find_error", lambda text: "no type")
    assert _main(written) == 1
    assert "not valid: no type" in capsys.readouterr().err
    assert not written.exists()


def test_the_schema_decides() -> None:
    pytest.importorskip("cyclonedx.validation.json")
    assert sbom.find_error(json.dumps(_document())) is None
    wrong = _document()
    del wrong["components"][0]["name"]
    assert sbom.find_error(json.dumps(wrong)) is not None

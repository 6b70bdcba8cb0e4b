"""What the rules about compiled code share."""

from __future__ import annotations

import hashlib

import pytest

from tests.builders.assemblies import dotnet_library
from tests.builders.compiled import USING, findings_in, findings_of
from tests.builders.strong_names import key_pair
from tests.persistence.rows_compiled import boot, starts
from webshellhunt.binaries import strong_name
from webshellhunt.binaries.dotnet import read_assembly
from webshellhunt.detectors.compiled_claims import is_in_folder_of_exchange, known_signer


def test_a_key_alone_acquits_nobody_and_a_signature_of_a_known_publisher_does(monkeypatch: pytest.MonkeyPatch) -> None:
    source = USING + boot(starts('"cmd.exe"'))
    data = dotnet_library(source, "A", key=key_pair(3))
    assembly = read_assembly(data)
    assert known_signer(assembly, data) is None
    assert len(findings_in("WSH5006", data)) == 1
    known = {hashlib.sha256(assembly.public_key).hexdigest(): "Vendor"}
    monkeypatch.setattr(strong_name, "_publishers", lambda: known)
    assert known_signer(read_assembly(data), data) == "Vendor"
    assert findings_in("WSH5006", data) == []
    at = data.find("cmd.exe".encode("utf-16-le"))
    changed = data[:at] + b"x" + data[at + 1 :]
    assert len(findings_in("WSH5006", changed)) == 1


def test_each_entry_point_is_told_once() -> None:
    assert len(findings_of("WSH5006", boot(starts('"cmd.exe"') + starts('"x.exe"')))) == 1


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\bin\\a.dll", True),
        ("D:/Exchange Server/V15/Bin/a.dll", True),
        ("C:\\inetpub\\wwwroot\\bin\\a.dll", False),
    ],
)
def test_folders_of_exchange(path: str, expected: bool) -> None:
    assert is_in_folder_of_exchange(path) is expected

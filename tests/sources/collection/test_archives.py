"""Collections in archives: the same verdicts as from the folder of the host."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.builders import triage
from tests.builders.specimens import specimen
from tests.builders.triage import Collection
from webshellhunt import Report, hunt
from webshellhunt.errors import UnopenedContainerError
from webshellhunt.sources import open_source
from webshellhunt.sources.described import open_described
from webshellhunt.sources.source import Source, form_of

pytest.importorskip("webshellhunt.sources.archive", reason="archives are not opened by this version")

_HOST = Path(__file__).parents[3] / "fixtures" / "hosts" / "exchange2019-compromised.host"
_FILES = "Velocidex+velociraptor/artifacts/testdata/files"


def _verdicts(report: Report) -> set[object]:
    return {
        (
            verdict.subject.path.upper(),
            verdict.disposition,
            verdict.reasons,
            tuple(sorted((finding.rule.id, finding.message) for finding in verdict.findings)),
        )
        for verdict in report.verdicts
    }


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("velociraptor.zip", "a Velociraptor collection in a ZIP archive"),
        ("kape.zip", "a KAPE collection in a ZIP archive"),
        ("acquire.tar", "an acquire collection in a tar archive"),
    ],
)
def test_the_verdicts_are_those_of_the_folder(name: str, label: str, tmp_path: Path) -> None:
    host = open_described(_HOST).source()
    makers: dict[str, Callable[[Source], Collection]] = {
        "velociraptor.zip": triage.velociraptor,
        "kape.zip": triage.kape,
        "acquire.tar": triage.acquire,
    }
    collected = makers[name](host)
    path = collected.write_tar(tmp_path / name) if name.endswith(".tar") else collected.write_zip(tmp_path / name)
    with open_source(path) as source:
        report = hunt(source)
        assert len(pickle.dumps(source)) < 2000
    assert _verdicts(report) == _verdicts(hunt(host))
    assert (report.form, report.host.name) == (label, "EX01")
    assert all(basis.original for basis in report.times)


def test_a_real_collection() -> None:
    with open_source(specimen(f"{_FILES}/Collection-WIN-E5K9RC5GU23-2021-11-21T18_05_56-08_00.zip")) as source:
        journal = source.stat("C:/$Extend/$UsnJrnl:$J")
        assert journal is not None
        assert journal.size_bytes == 13_771_763_704
        assert [gap.path for gap in form_of(source).gaps] == ["C:\\Users\\Administrator\\ntuser.dat"]


def test_a_real_encrypted_collection_with_its_password() -> None:
    pytest.importorskip("pyzipper")
    with open_source(specimen(f"{_FILES}/remapping_test.zip"), password="infected") as source:
        assert form_of(source).computer == "WIN-SJE0CKQO83P"
        assert "C:" in source.names("")


@pytest.mark.parametrize("password", [None, "wrong"])
def test_a_real_collection_that_its_server_decrypts(password: str | None) -> None:
    with pytest.raises(UnopenedContainerError, match="key of its server"):
        open_source(specimen(f"{_FILES}/encrypted_collector_pki.zip"), password=password)

"""Real archives of collectors, which are kept outside the repository."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.builders.mutants import mutants
from tests.builders.reading import opened, read_all, read_whatever
from tests.builders.specimens import specimen
from webshellhunt.errors import SourceError
from webshellhunt.sources import archive

FILES = "Velocidex+velociraptor/artifacts/testdata/files/"
LIMIT = 1 << 30


@pytest.mark.parametrize(
    "name", ["Collection-WIN-E5K9RC5GU23-2021-11-21T18_05_56-08_00.zip", "unencrypted_collector.zip", "test.vhdx.zip"]
)
def test_contents_are_those_of_the_standard_library(name: str) -> None:
    path = specimen(FILES + name)
    with zipfile.ZipFile(path) as other:
        expected = {
            member.filename.lstrip("/"): other.read(member) for member in other.infolist() if not member.is_dir()
        }
    with opened(path) as source:
        assert read_all(source, LIMIT) == expected
        assert not source.form.gaps


def test_a_collection_with_a_password() -> None:
    path = specimen(FILES + "encrypted_collector_password.zip")
    with opened(path, "hello") as source:
        assert any(name.startswith("data.zip/") for name in read_all(source))
    with pytest.raises(SourceError, match="--password"):
        opened(path)


def test_a_collection_for_the_key_of_a_server() -> None:
    with pytest.raises(SourceError, match="key of its server"):
        opened(specimen(FILES + "encrypted_collector_pki.zip"), "hello")


@pytest.mark.parametrize("name", ["unencrypted_collector.zip", "encrypted_collector_password.zip"])
def test_damage_to_a_real_one(name: str, tmp_path: Path) -> None:
    for number, data in enumerate(mutants(specimen(FILES + name).read_bytes(), 200)):
        path = tmp_path / f"{number}.zip"
        path.write_bytes(data)
        read_whatever(path, "hello")


@pytest.mark.parametrize("name", ["tar/syslog.tar", "tar/absolute_paths.tar", "zip/mixed_paths.zip", "syslog.tgz"])
def test_small_ones_of_other_programs(name: str) -> None:
    path = specimen(f"log2timeline+dfvfs/test_data/{name}")
    assert archive.opens(str(path))
    with opened(path) as source:
        found = read_all(source)
        assert found
        assert all(isinstance(content, bytes) for content in found.values())

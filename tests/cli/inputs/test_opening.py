"""The options for opening a location."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from tests.builders.containers import PAGE, PICTURES, SAMPLES, zipped
from webshellhunt.cli.inputs.opening import open_file, source_options
from webshellhunt.errors import SourceError, UsageError
from webshellhunt.model.source_options import SourceOptions


def test_a_command_without_options_has_the_defaults() -> None:
    assert source_options(Namespace()) == SourceOptions()


def test_each_option_is_passed_on_and_no_password_is_shown() -> None:
    arguments = Namespace(drives=[("D", "d")], times="copy", password="infected", snapshots=True)
    options = source_options(arguments, logs=True)
    assert options == SourceOptions({"D": "d"}, "copy", True, "infected", True)
    assert "infected" not in repr(options)


def test_a_plain_file_is_the_only_one_of_its_source(tmp_path: Path) -> None:
    for name in ("a.aspx", "b.aspx"):
        (tmp_path / name).write_text(name)
    with open_file(str(tmp_path / "a.aspx")) as (source, entry):
        assert source.read(entry.path, 10) == b"a.aspx"
        with pytest.raises(SourceError):
            source.read("b.aspx", 10)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="webshellhunt hunt"), open_file(str(tmp_path)):
        pass


def test_what_is_in_an_archive_or_image_is_hunted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, data, advised in (
        ("host.zip", zipped(PAGE), True),
        ("x.vhdx", SAMPLES["x.vhdx"][1], True),
        ("pictures.zip", zipped(PICTURES), False),
        ("page.aspx", zipped(PAGE), False),
        ("page.txt", b"text", False),
    ):
        (tmp_path / name).write_bytes(data)
        with open_file(str(tmp_path / name)):
            assert ("'webshellhunt hunt' examines the files in it" in capsys.readouterr().err) is advised

"""The names of outputs: a word before ``=`` is a format, or an error, unless the path of the file says otherwise."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.cli.output_names import FormatNames, outputs_by_name
from webshellhunt.errors import UsageError

NAMES = FormatNames("comparison", ("json", "text"), {"json": "json", "txt": "text"})


def test_a_command_has_its_own_formats() -> None:
    wanted = [("json", "a.json"), ("text", "b.txt"), ("json", "c.html"), ("text", "-")]
    assert [tuple(each) for each in outputs_by_name(["a.json", "b.txt", "json=c.html", "-"], None, NAMES)] == wanted
    with pytest.raises(UsageError, match=r"no comparison is written as \.html; choose one of \.json, \.txt"):
        outputs_by_name(["c.html"], None, NAMES)
    with pytest.raises(UsageError, match=r"no format is called 'html'; choose one of json, text"):
        outputs_by_name(["html=c"], None, NAMES)


@pytest.mark.parametrize("path", ["./jsn=a", "C:\\case=1\\a", "my case=1"])
def test_a_path_with_an_equals_sign_is_a_path(path: str) -> None:
    [output] = outputs_by_name([path], None, NAMES)
    assert output == ("text", path)


def test_a_folder_with_an_equals_sign_is_a_folder_if_it_exists(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="no format is called 'case'"):
        outputs_by_name(["case=7/a.json"], None, NAMES)
    (tmp_path / "case=7").mkdir()
    assert outputs_by_name(["case=7/a.json"], None, NAMES) == (("json", "case=7/a.json"),)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("json", r"this is a format; name its file, as json=FILE"),
        ("txt", r"this is a format"),
        ("json=text=x.y", r"it names two formats, json and text"),
    ],
)
def test_a_format_needs_one_file(text: str, sentence: str) -> None:
    with pytest.raises(UsageError, match=sentence):
        outputs_by_name([text], None, NAMES)
    assert outputs_by_name(["./text", "json=a=b.c"], None, NAMES)[1] == ("json", "a=b.c")

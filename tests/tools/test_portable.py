"""The portable folder, with a stand-in for Python's package: its contents, its requirements and digests.

No embeddable package is at hand, so nothing is run.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools import portable
from tools.locks import Pin
from tools.portable import PortableError, main, portable_files

_PYTHON = {"python.exe": "MZ", "python313._pth": "python313.zip\r\n.\r\n\r\n#import site\r\n", "python313.zip": "PK"}
_OWN = "webshellhunt-0.1.0-py3-none-any.whl"
_YARA = "yara_python-4.5.4-cp313-cp313-win_amd64.whl"
_EVTX = "evtx-0.14.0-cp310-abi3-win_amd64.whl"
_REQUIRES = (
    "yara-python>=4.5,<5; python_version < '3.14'",
    "yara-x>=1; python_version >= '3.14'",
    'evtx; extra == "events"',
)


def _zip(path: Path, members: Mapping[str, str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def _digest(text: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def _wheel(path: Path, members: Mapping[str, str], requires: tuple[str, ...] = ()) -> Path:
    name, version = path.name.split("-")[:2]
    head = [f"Name: {name}", f"Version: {version}", *(f"Requires-Dist: {each}" for each in requires), ""]
    files = {**members, f"{name}-{version}.dist-info/METADATA": "\n".join(head)}
    rows = [f"{each},sha256={_digest(text)},{len(text)}" for each, text in files.items()]
    record = f"{name}-{version}.dist-info/RECORD"
    return _zip(path, {**files, record: "\n".join([*rows, f"{record},,"])})


class _Inputs:
    """Python's package, the wheels, and the lock that has their digests."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.python = _zip(folder / "python-3.13.9-embed-amd64.zip", _PYTHON)
        self.own = _wheel(folder / _OWN, {"webshellhunt/__init__.py": ""}, _REQUIRES)
        self.wheels = folder / "wheels"
        yara = {"yara.pyd": "MZ", "yara-4.data/platlib/a.py": "", "yara-4.data/scripts/run.exe": "MZ"}
        _wheel(self.wheels / _YARA, yara)
        _wheel(self.wheels / _EVTX, {"evtx/evtx.pyd": "MZ"})
        self.lock = {"yara-python": [self._pin(_YARA, "4.5.4")], "evtx": [self._pin(_EVTX, "0.14.0")]}
        monkeypatch.setattr(portable, "pins", lambda _: self.lock)

    def _pin(self, file: str, version: str) -> Pin:
        return Pin(version, "", frozenset({hashlib.sha256((self.wheels / file).read_bytes()).hexdigest(), "0" * 64}))

    def files(self) -> dict[str, bytes]:
        return portable_files(self.python, self.own, self.wheels)


@pytest.fixture
def inputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Inputs:
    (tmp_path / "inputs").mkdir()
    return _Inputs(tmp_path / "inputs", monkeypatch)


def test_the_folder_has_python_the_packages_and_a_command(inputs: _Inputs) -> None:
    files = inputs.files()
    assert sorted(name for name in files if ".dist-info/" not in name) == [
        "packages/a.py",
        "packages/evtx/evtx.pyd",
        "packages/webshellhunt/__init__.py",
        "packages/yara.pyd",
        "python/python.exe",
        "python/python313._pth",
        "python/python313.zip",
        "webshellhunt.cmd",
    ]
    assert files["python/python313._pth"].decode().splitlines()[-1] == "..\\packages"


def test_the_command_writes_the_folder_and_its_digests(inputs: _Inputs, tmp_path: Path) -> None:
    digest = hashlib.sha256(inputs.python.read_bytes()).hexdigest()
    arguments = ["--python", str(inputs.python), "--wheel", str(inputs.own), "--wheels", str(inputs.wheels)]
    for name in ("one", "two"):
        assert main([*arguments, "--python-sha256", digest, "--output", str(tmp_path / name)]) == 0
    sums = (tmp_path / "one" / "SHA256SUMS").read_text(encoding="utf-8")
    assert sums == (tmp_path / "two" / "SHA256SUMS").read_text(encoding="utf-8")
    listed = {name: value for value, name in (line.split("  ") for line in sums.splitlines())}
    top = tmp_path / "one"
    files = {path.relative_to(top).as_posix(): path for path in top.rglob("*") if path.is_file()}
    assert files.keys() - listed.keys() == {"SHA256SUMS"}
    assert all(hashlib.sha256(files[name].read_bytes()).hexdigest() == value for name, value in listed.items())


def test_another_package_of_python_or_a_used_folder_is_one_sentence(
    inputs: _Inputs, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--python", str(inputs.python), "--wheel", str(inputs.own), "--wheels", str(inputs.wheels)]
    assert main([*arguments, "--python-sha256", "0" * 64, "--output", str(tmp_path / "new")]) == 2
    assert "another SHA-256" in capsys.readouterr().err
    digest = hashlib.sha256(inputs.python.read_bytes()).hexdigest()
    assert main([*arguments, "--python-sha256", digest, "--output", str(tmp_path)]) == 2
    assert "is not empty" in capsys.readouterr().err


@pytest.mark.parametrize("members", [{"python.exe": ""}, {"python313._pth": ""}, {}])
def test_another_archive_than_the_embeddable_package_is_refused(inputs: _Inputs, members: dict[str, str]) -> None:
    _zip(inputs.python, members)
    with pytest.raises(PortableError, match="no embeddable package"):
        inputs.files()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("other-1-cp313-cp313-manylinux_2_17_x86_64.whl", "not for Python 3.13 on 64-bit Windows"),
        ("other-1-cp312-cp312-win_amd64.whl", "not for Python 3.13 on 64-bit Windows"),
        ("other-1-cp314-abi3-win_amd64.whl", "not for Python 3.13 on 64-bit Windows"),
        ("noname.whl", "no name of a wheel"),
        ("other-1-py3-none-any.whl", "wheels that portable-win_amd64.txt has not: other"),
        ("evtx-0.13.0-cp310-abi3-win_amd64.whl", "two wheels of evtx"),
    ],
)
def test_another_wheel_is_refused(inputs: _Inputs, name: str, words: str) -> None:
    make = _wheel if "-" in name else _zip
    make(inputs.wheels / name, {"x.py": ""})
    with pytest.raises(PortableError, match=words):
        inputs.files()


def test_a_wheel_that_is_missing_or_changed_is_refused(inputs: _Inputs) -> None:
    _wheel(inputs.wheels / _EVTX, {"evtx/evtx.pyd": "other"})
    with pytest.raises(PortableError, match=r"evtx-0.14.0-.* is not the file of portable"):
        inputs.files()
    (inputs.wheels / _EVTX).unlink()
    with pytest.raises(PortableError, match=r"wheels of .* are missing: evtx"):
        inputs.files()


def test_a_file_that_its_wheel_does_not_list_is_refused(inputs: _Inputs) -> None:
    with zipfile.ZipFile(inputs.own, "a") as archive:
        archive.writestr("webshellhunt/more.py", "")
    with pytest.raises(PortableError, match=r"other files than its list says: webshellhunt/more\.py"):
        inputs.files()


@pytest.mark.parametrize(
    ("requires", "missing"),
    [
        ("lost>=1", "lost>=1"),
        ('lost; extra == "events"', "lost"),
        ('lost; sys_platform == "win32"', "lost"),
        ("evtx>=0.15", "evtx>=0.15"),
        ('lost; extra == "other"', None),
        ('lost; sys_platform == "linux"', None),
    ],
)
def test_each_requirement_is_met(inputs: _Inputs, requires: str, missing: str | None) -> None:
    _wheel(inputs.own, {"webshellhunt/__init__.py": ""}, (requires,))
    if missing is None:
        assert inputs.files()
    else:
        with pytest.raises(PortableError, match=f"webshellhunt requires {missing}, and no wheel has it"):
            inputs.files()


def test_two_packages_with_one_file_are_refused(inputs: _Inputs) -> None:
    _wheel(inputs.own, {"yara.pyd": "other"})
    with pytest.raises(PortableError, match=r"another package has, too: yara\.pyd"):
        inputs.files()


@pytest.mark.parametrize("member", ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\\evil.py"])
def test_a_member_outside_its_folder_is_refused(inputs: _Inputs, member: str) -> None:
    _zip(inputs.python, {**_PYTHON, member: ""})
    with pytest.raises(PortableError, match="outside its folder"):
        inputs.files()

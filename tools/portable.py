r"""Make a folder with Python for Windows, webshellhunt and its packages, for servers that have no Python.

::

    python -m tools.packages --output dist
    pip download --no-deps --require-hashes --only-binary :all: --platform win_amd64 --python-version 3.13 \
        --dest wheels --requirement .ci/locks/portable-win_amd64.txt
    python -m tools.portable --python python-3.13.N-embed-amd64.zip --python-sha256 DIGEST \
        --wheel dist/webshellhunt-N-py3-none-any.whl --wheels wheels --output portable

Nothing is downloaded or run. Each package must have a digest of the lock, each of its files that of its own list, and
each requirement of a package must be met by another one. The same inputs result in the same folder.
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesParser
from pathlib import Path, PurePosixPath
from typing import Final

from packaging.requirements import Requirement
from packaging.tags import Tag
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename

from tools.locks import NAME as OWN
from tools.locks import RUN_TIME_EXTRAS, Pin, pins

LOCK: Final = "portable-win_amd64.txt"
_PLATFORM: Final = "win_amd64"
_SEARCH_PATHS = re.compile(r"python(3)(\d+)\._pth")
_COMMAND: Final = '@"%~dp0python\\python.exe" -m webshellhunt %*\r\n'


class PortableError(Exception):
    """An input is not as the folder needs it; the message names it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the folder, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--python", required=True, type=Path, help="the embeddable package of Python for Windows, amd64"
    )
    parser.add_argument("--python-sha256", required=True, help="its SHA-256, as the release of Python publishes it")
    parser.add_argument("--wheel", required=True, type=Path, help="the wheel of webshellhunt")
    parser.add_argument("--wheels", required=True, type=Path, help="the folder with the wheels of the lock")
    parser.add_argument("--output", required=True, type=Path, help="the folder to make")
    options = parser.parse_args(arguments)
    try:
        _require_digest(options.python, options.python_sha256)
        files = portable_files(options.python, options.wheel, options.wheels)
        write_files(files, options.output)
    except (PortableError, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"portable: {error}\n")
        return 2
    print(f"{options.output}: {len(files)} files")
    return 0


def portable_files(python: Path, own: Path, wheels: Path) -> dict[str, bytes]:
    """Return the content of each file of the folder by its path.

    Args:
        python: The embeddable package.
        own: The wheel of webshellhunt, the only one that is not in the lock.
        wheels: The folder with the other wheels.

    Raises:
        PortableError: An input is missing, of another platform or version, changed, or has a file outside its folder.
        OSError: A file can't be read.
        zipfile.BadZipFile: An input is no ZIP archive.
    """
    files = dict(_of_python(python))
    version = next(f"3.{match[2]}" for name in files if (match := _SEARCH_PATHS.fullmatch(PurePosixPath(name).name)))
    found: dict[str, Path] = {OWN: own}
    for wheel in sorted(wheels.glob("*.whl")):
        name, _ = _name_and_version(wheel, version)
        if name in found:
            raise PortableError(f"there are two wheels of {name}: {found[name].name} and {wheel.name}")
        found[name] = wheel
    if _name_and_version(own, version)[0] != OWN:
        raise PortableError(f"{own.name} is no wheel of {OWN}")
    _require_locked(found, pins(LOCK), version)
    metadata = dict[str, bytes]()
    for name, wheel in found.items():
        for path, content in _of_wheel(wheel):
            if files.setdefault(f"packages/{path}", content) != content:
                raise PortableError(f"{wheel.name} has a file that another package has, too: {path}")
            if re.fullmatch(r"[^/]+\.dist-info/METADATA", path):
                metadata[name] = content
    _require_complete(metadata, version)
    files["webshellhunt.cmd"] = _COMMAND.encode()
    return files


def write_files(files: Mapping[str, bytes], output: Path) -> None:
    """Write the files and ``SHA256SUMS``, which lists them, into a new folder."""
    if output.exists() and any(output.iterdir()):
        raise PortableError(f"{output} is not empty")
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    for name, content in (*sorted(files.items()), ("SHA256SUMS", sums.encode())):
        target = output / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _require_digest(package: Path, sha256: str) -> None:
    if hashlib.sha256(package.read_bytes()).hexdigest() != sha256.lower():
        raise PortableError(f"{package.name} has another SHA-256 than --python-sha256")


def _of_python(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the embeddable package, whose search paths get the folder of the packages."""
    names = set[str]()
    for name, data in members(package):
        content = data
        if _SEARCH_PATHS.fullmatch(name):
            content = data.rstrip() + b"\r\n..\\packages\r\n"
            names.add("search paths")
        names.add(name)
        yield f"python/{name}", content
    if not {"search paths", "python.exe"} <= names:
        raise PortableError(f"{package.name} is no embeddable package of Python; it has no python.exe or no ._pth file")


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the modules of a wheel at their places among the packages; scripts are left out."""
    contents = dict(members(wheel))
    _require_recorded(wheel, contents)
    for name, data in contents.items():
        folder, kind, inside = (*name.split("/", 2), "", "")[:3]
        if not folder.endswith(".data"):
            yield name, data
        elif kind in ("purelib", "platlib"):
            yield inside, data


def members(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Yield path and content of each file of an archive.

    Raises:
        PortableError: A path leads out of the folder of the archive.
    """
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = PurePosixPath(member.filename)
            if member.is_dir():
                continue
            if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
                raise PortableError(f"{archive.name} has a member outside its folder: {member.filename!r}")
            yield str(path), opened.read(member)


def _name_and_version(wheel: Path, python: str) -> tuple[str, str]:
    """Return the name and version of a wheel, which must be one for this version of Python on 64-bit Windows."""
    try:
        name, version, _, tags = parse_wheel_filename(wheel.name)
    except InvalidWheelFilename as error:
        raise PortableError(f"{wheel.name} is no name of a wheel") from error
    if not any(_fits(tag, python) for tag in tags):
        raise PortableError(f"{wheel.name} is not for Python {python} on 64-bit Windows")
    return name, str(version)


def _fits(tag: Tag, python: str) -> bool:
    interpreters = {f"cp{python.replace('.', '')}", "py3", f"py{python.replace('.', '')}"}
    stable = tag.abi == "abi3" and re.fullmatch(r"cp3\d*", tag.interpreter) is not None
    older = stable and int(tag.interpreter[3:] or 0) <= int(python.partition(".")[2])
    return tag.platform in ("any", _PLATFORM) and (tag.interpreter in interpreters or older)


def _require_locked(found: Mapping[str, Path], lock: Mapping[str, list[Pin]], python: str) -> None:
    """Raise an error unless the wheels are those of the lock, with its versions and digests."""
    if missing := sorted(lock.keys() - found.keys()):
        raise PortableError(f"wheels of {LOCK} are missing: {', '.join(missing)}")
    if other := sorted(found.keys() - lock.keys() - {OWN}):
        raise PortableError(f"there are wheels that {LOCK} has not: {', '.join(other)}")
    for name, (pin,) in lock.items():
        _, version = _name_and_version(found[name], python)
        content = found[name].read_bytes()
        if version != pin.version or hashlib.sha256(content).hexdigest() not in pin.sha256:
            raise PortableError(f"{found[name].name} is not the file of {LOCK}, which has {name} {pin.version}")


def _require_recorded(wheel: Path, contents: Mapping[str, bytes]) -> None:
    """Raise an error unless the files of a wheel are those of its RECORD, with their digests."""
    records = [name for name in contents if re.fullmatch(r"[^/]+\.dist-info/RECORD", name)]
    if len(records) != 1:
        raise PortableError(f"{wheel.name} has no list of its files")
    rows = csv.reader(contents[records[0]].decode().splitlines())
    listed = {row[0]: row[1] for row in rows if len(row) == 3 and row[0] != records[0]}
    digests = {
        name: "sha256=" + base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        for name, data in contents.items()
        if name != records[0]
    }
    if listed != digests:
        names = sorted({name for name, _ in listed.items() ^ digests.items()})
        raise PortableError(f"{wheel.name} has other files than its list says: {', '.join(names[:3])}")


def _require_complete(metadata: Mapping[str, bytes], python: str) -> None:
    """Raise an error if a package requires one that is missing, or another version of it."""
    environment = {
        "implementation_name": "cpython", "implementation_version": f"{python}.0", "os_name": "nt",
        "platform_machine": "AMD64", "platform_python_implementation": "CPython", "platform_system": "Windows",
        "python_full_version": f"{python}.0", "python_version": python, "sys_platform": "win32",
    }  # fmt: skip
    parsed = {name: BytesParser().parsebytes(content) for name, content in metadata.items()}
    for name, head in parsed.items():
        for each in map(Requirement, head.get_all("Requires-Dist", [])):
            extras = RUN_TIME_EXTRAS if name == OWN else ("",)
            if each.marker and not any(each.marker.evaluate({**environment, "extra": extra}) for extra in extras):
                continue
            required = parsed.get(canonicalize_name(each.name))
            if required is None or not each.specifier.contains(required["Version"]):
                raise PortableError(f"{name} requires {each.name}{each.specifier}, and no wheel has it")


if __name__ == "__main__":
    sys.exit(main())

r"""Build the tool of the Velociraptor artifact: a ZIP archive with Python for Windows, webshellhunt and its packages.

::

    pip wheel --no-deps --wheel-dir wheels .
    pip download --dest wheels --find-links wheels --only-binary :all: --platform win_amd64 \
        --python-version 3.13 'webshellhunt[events]'
    python integrations/velociraptor/bundle.py --python python-3.13.1-embed-amd64.zip --wheels wheels --output tool

The folder ``tool`` then has the archive, and the artifact with its SHA-256. Nothing is downloaded or run; the same
inputs result in the same archive.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

ARTIFACT = Path(__file__).with_name("Windows.Detection.Webshellhunt.yaml")
ARCHIVE_NAME = "webshellhunt-win_amd64.zip"
NO_HASH = "0" * 64
"""The digest in the artifact before an archive is built, which no file has."""

_SEARCH_PATHS = re.compile(r"python3\d+\._pth")
_WHEEL = re.compile(r"(?P<name>[^-]+)-(?P<version>[^-]+)(?:-\d[^-]*)?-[^-]+-[^-]+-(?P<platform>[^-]+)\.whl")
_EARLIEST = (1980, 1, 1, 0, 0, 0)


class BundleError(Exception):
    """An input is not as the tool needs it; the message says which one."""


def main(arguments: Sequence[str] | None = None) -> int:
    r"""Build the tool, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--python", required=True, type=Path, help="the embeddable package of Python, win_amd64")
    parser.add_argument(
        "--wheels", required=True, type=Path, help="the folder with the wheels of webshellhunt and the others"
    )
    parser.add_argument("--output", required=True, type=Path, help="the folder for the archive and the artifact")
    options = parser.parse_args(arguments)
    try:
        archive = build(options.python, options.wheels, options.output)
    except (BundleError, OSError, zipfile.BadZipFile) as error:
        sys.stderr.write(f"bundle: {error}\n")
        return 2
    sys.stdout.write(f"{archive}\n{archive.with_name(ARTIFACT.name)}\n")
    return 0


def build(python: Path, wheels: Path, output: Path) -> Path:
    """Write the archive and the artifact into a folder, and return the path of the archive.

    Raises:
        BundleError: An input is of another kind, or webshellhunt's wheel is missing.
        OSError: A file can't be read or written.
        zipfile.BadZipFile: An input is no ZIP archive.
    """
    found = sorted(wheels.glob("*.whl"))
    files = dict(_of_python(python))
    for wheel in found:
        files.update(_of_wheel(wheel))
    version = _version_of(found)
    output.mkdir(parents=True, exist_ok=True)
    archive = output / ARCHIVE_NAME
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, _EARLIEST), files[name], zipfile.ZIP_DEFLATED)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    text = ARTIFACT.read_text(encoding="utf-8").replace(NO_HASH, digest)
    text = re.sub(r"(?m)^    version: .*$", f"    version: {version}", text)
    archive.with_name(ARTIFACT.name).write_text(text, encoding="utf-8", newline="\n")
    return archive


def _of_python(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the embeddable package, whose search paths get the folder of the packages."""
    names = set[str]()
    for name, data in _members(package):
        content = data
        if _SEARCH_PATHS.fullmatch(name):
            content = data.rstrip() + b"\r\n..\\packages\r\n"
            names.add("search paths")
        names.add(name)
        yield f"python/{name}", content
    if not {"search paths", "python.exe"} <= names:
        raise BundleError(f"{package.name} is no embeddable package of Python; it has no python.exe or no ._pth file")


def _of_wheel(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the modules of a wheel at their places among the packages; scripts are left out."""
    for name, data in _members(wheel):
        folder, kind, inside = (*name.split("/", 2), "", "")[:3]
        if not folder.endswith(".data"):
            yield f"packages/{name}", data
        elif kind in ("purelib", "platlib"):
            yield f"packages/{inside}", data


def _members(archive: Path) -> Iterator[tuple[str, bytes]]:
    with zipfile.ZipFile(archive) as opened:
        for member in opened.infolist():
            path = PurePosixPath(member.filename)
            if member.is_dir():
                continue
            if path.is_absolute() or ".." in path.parts or "\\" in member.filename or ":" in member.filename:
                raise BundleError(f"{archive.name} has a member outside its folder: {member.filename!r}")
            yield str(path), opened.read(member)


def _version_of(wheels: Sequence[Path]) -> str:
    """Return the version of webshellhunt; each wheel must be one for Windows."""
    versions = dict[str, str]()
    for wheel in wheels:
        parts = _WHEEL.fullmatch(wheel.name)
        if parts is None or parts["platform"] not in ("any", "win_amd64"):
            raise BundleError(f"{wheel.name} is not for 64-bit Windows; download it with --platform win_amd64")
        versions[parts["name"].lower()] = parts["version"]
    if "webshellhunt" not in versions:
        raise BundleError("the folder of wheels has none of webshellhunt; 'pip wheel --no-deps' builds it")
    return versions["webshellhunt"]


if __name__ == "__main__":
    sys.exit(main())

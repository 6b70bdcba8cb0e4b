"""Build the sdist and the wheel of a release, each twice, and compare them byte by byte.

::

    python -m tools.packages --output dist

The second build is of another folder, with other times and other modes of files; the third, of the wheel alone, is of
the unpacked sdist. Only tracked files are built. ``SHA256SUMS`` beside the packages has their digests. The same version
of hatchling is needed for the same bytes: that of ``.ci/locks/release.txt``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from hatchling.builders.sdist import SdistBuilder
from hatchling.builders.wheel import WheelBuilder

TOP: Final = Path(__file__).resolve().parents[1]
_SHIPPED = ("webshellhunt/fixtures/hosts/", "webshellhunt/fixtures/request_reaches_eval/")
_UNUSUAL_TIME: Final = 1_000_000_000


class PackagesError(Exception):
    """The packages differ between two builds, or have a file that they must not have."""


def tracked_files(top: Path) -> list[str]:
    """Return the paths of the files that git tracks."""
    command = ("git", "-C", str(top), "ls-files", "-z")
    listed = subprocess.run(command, check=True, capture_output=True).stdout  # noqa: S603 - a fixed command
    return sorted(os.fsdecode(name) for name in listed.split(b"\0") if name and (top / os.fsdecode(name)).is_file())


def copy_files(top: Path, names: Iterable[str], folder: Path, *, changed: bool) -> Path:
    """Copy files into a folder; if ``changed``, with another time, and readable by their owner only."""
    for name in names:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(top / name, target)
        if changed:
            os.utime(target, (_UNUSUAL_TIME, _UNUSUAL_TIME))
            target.chmod(target.stat().st_mode & 0o700)  # git keeps who may execute
    return folder


def build_wheel(top: Path, output: Path) -> Path:
    """Build the wheel of a folder, and return its path."""
    return Path(next(iter(WheelBuilder(str(top)).build(directory=str(output), versions=["standard"]))))


def build_sdist(top: Path, output: Path) -> Path:
    """Build the sdist of a folder, and return its path."""
    return Path(next(iter(SdistBuilder(str(top)).build(directory=str(output), versions=["standard"]))))


def build(top: Path, output: Path) -> tuple[Path, Path]:
    """Build, compare and check the packages, and return the paths of sdist and wheel.

    Raises:
        PackagesError: Two builds differ, or a package has a file that it must not have.
    """
    names = tracked_files(top)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        first = copy_files(top, names, scratch / "first", changed=False)
        second = copy_files(top, names, scratch / "of_another_name", changed=True)
        sdist, wheel = build_sdist(first, output), build_wheel(first, output)
        require_equal(sdist, build_sdist(second, scratch / "out"), "a second folder")
        require_equal(wheel, build_wheel(second, scratch / "out"), "a second folder")
        with tarfile.open(sdist) as archive:
            archive.extractall(scratch / "unpacked", filter="data")
        (unpacked,) = (scratch / "unpacked").iterdir()
        require_equal(wheel, build_wheel(unpacked, scratch / "of_sdist"), "the sdist")
    check_wheel(wheel)
    return sdist, wheel


def require_equal(one: Path, other: Path, origin: str) -> None:
    """Raise an error unless two packages have the same name and bytes."""
    if one.name != other.name or one.read_bytes() != other.read_bytes():
        raise PackagesError(f"{one.name} has other bytes if it is built of {origin}")


def check_wheel(wheel: Path) -> None:
    """Raise an error if a wheel has a file besides the package, its rules, and the defanged fixtures of ``demo``."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            of_package = name.startswith("webshellhunt/") and "__pycache__" not in name
            fixture = name.startswith("webshellhunt/fixtures/")
            if not (of_package or ".dist-info/" in name) or (fixture and not name.startswith(_SHIPPED)):
                raise PackagesError(f"{wheel.name} has a file that does not belong into it: {name}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the packages, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--output", required=True, type=Path, help="the folder of the packages, which is made anew")
    options = parser.parse_args(arguments)
    if options.output.exists() and any(options.output.iterdir()):
        parser.error(f"{options.output} is not empty; a release takes a new folder")
    try:
        packages = build(TOP, options.output)
    except PackagesError as error:
        sys.stderr.write(f"packages: {error}\n")
        return 1
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in packages]
    (options.output / "SHA256SUMS").write_text("".join(lines), encoding="utf-8", newline="\n")
    print(*lines, "built twice, with the same bytes", sep="")
    return 0


if __name__ == "__main__":
    sys.exit(main())

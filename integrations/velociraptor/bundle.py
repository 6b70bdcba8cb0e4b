r"""Build the tool of the Velociraptor artifact: a ZIP archive of the portable folder that ``tools/portable.py`` makes.

::

    python integrations/velociraptor/bundle.py --portable portable --output tool

The folder ``tool`` then has the archive, and the artifact with its SHA-256. Nothing is downloaded or run; the same
folder results in the same archive.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

ARTIFACT = Path(__file__).with_name("Windows.Detection.Webshellhunt.yaml")
ARCHIVE_NAME = "webshellhunt-win_amd64.zip"
NO_HASH = "0" * 64
"""The digest in the artifact before an archive is built, which no file has."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_SUMS = re.compile(r"([0-9a-f]{64})  (\S.*)")
_OWN = re.compile(r"packages/webshellhunt-([^-/]+)\.dist-info/METADATA")


class BundleError(Exception):
    """The folder is no portable folder, or was changed after it was made."""


def main(arguments: Sequence[str] | None = None) -> int:
    r"""Build the tool, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--portable", required=True, type=Path, help="the folder that tools/portable.py made")
    parser.add_argument("--output", required=True, type=Path, help="the folder for the archive and the artifact")
    options = parser.parse_args(arguments)
    try:
        archive = build(options.portable, options.output)
    except (BundleError, OSError) as error:
        sys.stderr.write(f"bundle: {error}\n")
        return 2
    sys.stdout.write(f"{archive}\n{archive.with_name(ARTIFACT.name)}\n")
    return 0


def build(portable: Path, output: Path) -> Path:
    """Write the archive and the artifact into a folder, and return the path of the archive.

    Raises:
        BundleError: The folder has other files than its list, or webshellhunt is missing.
        OSError: A file can't be read or written.
    """
    files = _listed_files(portable)
    versions = [match[1] for name in files if (match := _OWN.fullmatch(name))]
    if len(versions) != 1:
        raise BundleError(f"{portable} has no webshellhunt; tools/portable.py makes the folder")
    output.mkdir(parents=True, exist_ok=True)
    archive = output / ARCHIVE_NAME
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in sorted(files):
            bundle.writestr(zipfile.ZipInfo(name, _EARLIEST), files[name], zipfile.ZIP_DEFLATED)
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    text = ARTIFACT.read_text(encoding="utf-8").replace(NO_HASH, digest)
    text = re.sub(r"(?m)^    version: .*$", f"    version: {versions[0]}", text)
    archive.with_name(ARTIFACT.name).write_text(text, encoding="utf-8", newline="\n")
    return archive


def _listed_files(portable: Path) -> dict[str, bytes]:
    """Return the files of the folder, which must be those of its list, with their digests."""
    sums = portable / "SHA256SUMS"
    lines = sums.read_text(encoding="utf-8").splitlines()
    listed = {match[2]: match[1] for line in lines if (match := _SUMS.fullmatch(line))}
    paths = {path.relative_to(portable).as_posix(): path for path in portable.rglob("*") if path.is_file()}
    del paths[sums.name]
    files = {name: path.read_bytes() for name, path in paths.items()}
    if listed != {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}:
        raise BundleError(f"{portable} has other files than its SHA256SUMS lists; make it anew")
    return files


if __name__ == "__main__":
    sys.exit(main())

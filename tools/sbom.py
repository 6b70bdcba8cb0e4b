"""Write the software bill of materials (SBOM) of a wheel, as JSON of CycloneDX 1.6.

::

    python -m tools.sbom --wheel dist/webshellhunt-N-py3-none-any.whl --output dist/webshellhunt-N.cdx.json

The wheel is installed into an empty environment with the packages of ``.ci/locks/runtime.txt``, and the library of
CycloneDX lists them with versions, licences and dependencies. It also checks the document by its schema.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from packaging.utils import parse_wheel_filename

from tools.locks import FOLDER, TOP

VERSION: Final = "1.6"
_LOCK: Final = FOLDER / "runtime.txt"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the document, and return the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--wheel", required=True, type=Path, help="the wheel of webshellhunt")
    parser.add_argument("--output", required=True, type=Path, help="the file to write")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        python = install(options.wheel, Path(folder) / "environment")
        document = add_root(json.loads(listed(python)), options.wheel)
    text = json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if (error := find_error(text)) is not None:
        sys.stderr.write(f"sbom: the document is not valid: {error}\n")
        return 1
    options.output.write_text(text, encoding="utf-8", newline="\n")
    print(f"{options.output}: {len(document['components'])} packages")
    return 0


def install(wheel: Path, folder: Path) -> Path:
    """Install a wheel and the packages of the lock into a new environment, and return its interpreter."""
    venv.create(folder, with_pip=False)
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile")
    for what in (("--require-hashes", "--requirement", str(_LOCK)), ("--no-deps", str(wheel))):
        subprocess.run((*pip, *what), check=True)  # noqa: S603 - a fixed command
    return python


def listed(python: Path) -> str:
    """Return the document that the library of CycloneDX writes of an environment; it has neither time nor number."""
    command = (sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", str(TOP / "pyproject.toml"))
    options = ("--mc-type", "application", "--output-reproducible", "--of", "JSON", "--sv", VERSION, str(python))
    done = subprocess.run((*command, *options), check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603
    return done.stdout


def add_root(document: dict[str, Any], wheel: Path) -> dict[str, Any]:
    """Return the document with the version and the digest of the wheel, which ``pyproject.toml`` lacks."""
    name, version, _, _ = parse_wheel_filename(wheel.name)
    root = document["metadata"]["component"]
    root |= {"version": str(version), "purl": f"pkg:pypi/{name}@{version}"}
    root["hashes"] = [{"alg": "SHA-256", "content": hashlib.sha256(wheel.read_bytes()).hexdigest()}]
    return document


def find_error(text: str) -> str | None:
    """Return the reason why a document is not valid, by the schema of CycloneDX; ``None`` if it is."""
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    error = JsonStrictValidator(SchemaVersion.from_version(VERSION)).validate_str(text)
    return None if error is None else str(error)


if __name__ == "__main__":
    sys.exit(main())

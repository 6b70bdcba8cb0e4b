"""The fingerprint of a job: a digest of all that decides an examination besides the file and its surroundings.

It has the contents of the package's own files and rules, not its version alone, so that no result of another state of
the detectors is ever used; it is the same in each process and on each machine with the same state.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Final

from webshellhunt.model.limits import Job
from webshellhunt.plug_ins import PlugIn, plug_ins
from webshellhunt.signatures.catalog import Catalog
from webshellhunt.signatures.engine import engine_name
from webshellhunt.version import __version__

EXAMINING: Final = ("yara_python", "yara_x", "pefile", "dnfile", "chardet", "cryptography", "pycryptodomex")
"""The packages that an examination may import, as the folder of their metadata names them."""

OF_PLUG_INS: Final = "webshellhunt.detectors"

_PACKAGE: Final = Path(__file__).resolve().parents[2]
_LEFT_OUT: Final = "__pycache__"


class Unsettled(Exception):  # noqa: N818 - it never reaches the caller of a hunt
    """The reason why a state can't be told from another one, as the end of a sentence."""


def fingerprint(job: Job, catalog: Catalog) -> bytes:
    """Return the digest of the rules, the limits, the engine and the code of an examination.

    Raises:
        Unsettled: A part of the code can't be read.
    """
    digest = hashlib.sha256()
    parts = (
        __version__,
        sys.implementation.name,
        tuple(sys.version_info[:3]),
        engine_name(job.engine),
        (job.own_signatures, job.detectors, sorted(job.machine_keys), repr(job.limits)),
        catalog.digest,
        *_installed(),
    )
    digest.update(repr(parts).encode("utf-8", "surrogatepass"))
    outside = plug_ins(OF_PLUG_INS) if job.detectors else ()
    try:
        for name, content in chain(_code(_PACKAGE), *map(_code_of, outside)):
            digest.update(_measured(name, content))
    except OSError as error:
        raise Unsettled(f"{error.filename} can't be read: {error.strerror}") from error
    return digest.digest()


def _measured(name: str, content: bytes) -> bytes:
    return hashlib.sha256(repr(name).encode("utf-8", "surrogatepass")).digest() + hashlib.sha256(content).digest()


def _installed() -> Iterator[str]:
    """Yield the names of the folders that have the versions of the packages."""
    for folder in sys.path:
        try:
            names = sorted(each.name for each in Path(folder or ".").glob("*-info"))
        except OSError:
            continue
        yield from (name for name in names if name.lower().replace("-", "_").startswith(EXAMINING))


def _code(place: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the name and content of each file of a package."""
    files = [os.path.join(top, name) for top, _, names in os.walk(place) for name in names]  # noqa: PTH118 - speed
    for file in sorted(each for each in files if _LEFT_OUT not in each):
        with open(file, "rb") as stream:  # noqa: PTH123 - speed
            yield file[len(os.fspath(place)) :].replace("\\", "/"), stream.read()
    if not files:
        raise Unsettled(f"the files of {place} can't be read")


def _code_of(plug_in: PlugIn) -> Iterator[tuple[str, bytes]]:
    """Yield the announcement of a plug-in, and the files of its package."""
    version = "" if plug_in.point.dist is None else plug_in.point.dist.version
    yield f"{plug_in.words} {version}", b""
    spec = find_spec(plug_in.point.module.partition(".")[0])
    places = [Path(each) for each in (spec.submodule_search_locations or [spec.origin or ""])] if spec else []
    for place in places:
        if place.is_file():
            yield place.name, place.read_bytes()
        else:
            yield from _code(place)
    if not places:
        raise Unsettled(f"the code of {plug_in.words} can't be read")

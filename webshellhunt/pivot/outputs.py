"""The kinds of output, and the folder that they are written to: completely or not at all."""

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from webshellhunt.defang import inert
from webshellhunt.errors import MissingDependencyError, UsageError
from webshellhunt.pivot.case import Case, Product
from webshellhunt.pivot.observables import indicators
from webshellhunt.pivot.sigma_rules import sigma_rules
from webshellhunt.pivot.stix_bundle import stix_bundle
from webshellhunt.pivot.yara_rules import yara_rules
from webshellhunt.reports.destination import private

KINDS: Final[Mapping[str, Callable[[Case], Product]]] = {
    "yara": yara_rules,
    "sigma": sigma_rules,
    "indicators": indicators,
    "stix": stix_bundle,
}
"""The kinds of output and the functions that make them."""

_UNITS: Final = {"yara": "YARA rules", "sigma": "Sigma rules", "indicators": "indicators", "stix": "STIX objects"}

ABOUT: Final = "about.txt"


def make_products(case: Case, kinds: Iterable[str] = ()) -> dict[str, Product]:
    """Return the product of each kind; all kinds if none is named.

    A kind whose package is not installed makes nothing, with the reason, unless it was named.

    Raises:
        UsageError: There is no kind of this name.
        MissingDependencyError: A named kind needs a package that is not installed.
    """
    named = tuple(dict.fromkeys(kinds))
    for kind in named:
        if kind not in KINDS:
            raise UsageError(f"there is no kind {kind!r}; choose one of {', '.join(KINDS)}")
    products: dict[str, Product] = {}
    for kind in named or KINDS:
        try:
            products[kind] = KINDS[kind](case)
        except MissingDependencyError as error:
            if named:
                raise
            products[kind] = Product({}, 0, _UNITS[kind], (error.message,))
    return products


def write_products(case: Case, products: Mapping[str, Product], folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """Write the files of products into a new folder, with a text about their origin; return their names.

    Raises:
        UsageError: The folder exists and is not empty, or can't be written.
    """
    target = Path(folder)
    files = {name: text for product in products.values() for name, text in product.files.items()}
    files[ABOUT] = about(case, products)
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        require_new(target)
        for name, text in files.items():
            place = partial / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with open(place, "x", encoding="utf-8", newline="", opener=private) as stream:
                stream.write(text)
        if target.is_dir():
            target.rmdir()
        partial.rename(target)
    except OSError as error:
        if isinstance(error, UsageError):
            raise
        raise UsageError(f"the folder can't be written: {error.strerror or error}", path=os.fspath(folder)) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return tuple(sorted(files))


def require_new(folder: str | os.PathLike[str]) -> None:
    """Refuse a folder that exists, unless it is empty: nothing is overwritten.

    Raises:
        UsageError: It exists and has entries, or is a file.
    """
    target = Path(folder)
    if not os.fspath(folder):
        raise UsageError("the name of the folder is empty; pass a folder name")
    if target.is_symlink() or (target.exists() and not target.is_dir()):
        raise UsageError("this exists and is no folder; choose a new folder", path=os.fspath(folder))
    if target.is_dir() and any(target.iterdir()):
        raise UsageError("this folder is not empty; choose a new folder", path=os.fspath(folder))


def about(case: Case, products: Mapping[str, Product]) -> str:
    """Return the text about the origin of the files, and about what was left out and why."""
    lines = [f"Made by {case.origin}.", f"{len(case.shells)} convicted subjects in {len(case.families)} families.", ""]
    for kind, product in products.items():
        lines.append(f"{kind}: {product.made_words}")
        lines += [f"  not made: {inert(sentence)}" for sentence in product.left_out]
    return "\n".join(lines) + "\n"

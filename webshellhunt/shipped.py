"""The folder of the defanged fixtures for ``demo`` and ``selftest``, in a wheel or a checkout."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.errors import SourceNotFoundError

_PACKAGE = Path(__file__).resolve().parent


def shipped_fixtures(name: str) -> Path:
    """Return the folder of fixtures of this name.

    Raises:
        SourceNotFoundError: The installed package and the checkout have no such folder.
    """
    for top in (_PACKAGE, _PACKAGE.parent):
        folder = top / "fixtures" / name
        if folder.is_dir():
            return folder
    raise SourceNotFoundError("the installation is incomplete: install webshellhunt anew", path=f"fixtures/{name}")

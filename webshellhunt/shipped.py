"""Where the defanged texts of ``demo`` and ``selftest`` are: in a wheel beside the code, in a checkout at its top."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.errors import SourceNotFoundError

_PACKAGE = Path(__file__).resolve().parent


def shipped_fixtures(name: str) -> Path:
    """Return the folder of fixtures of this name.

    Raises:
        SourceNotFoundError: Neither the installed package nor a checkout around it holds it.
    """
    for top in (_PACKAGE, _PACKAGE.parent):
        folder = top / "fixtures" / name
        if folder.is_dir():
            return folder
    raise SourceNotFoundError("the installation is incomplete: install webshellhunt anew", path=f"fixtures/{name}")

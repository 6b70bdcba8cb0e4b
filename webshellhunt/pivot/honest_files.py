"""Honest files that ship with webshellhunt: no generated rule may match one of them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from webshellhunt.defang import FixtureClass, load_fixture
from webshellhunt.shipped import shipped_fixtures
from webshellhunt.sources.described import open_described

_HOST: Final = "exchange2019.host"
_PAGES: Final = "request_reaches_eval"


@lru_cache(maxsize=1)
def honest_contents() -> tuple[bytes, ...]:
    """Return the contents of the files of a clean Exchange server, and of honest pages that resemble shells.

    Raises:
        SourceNotFoundError: The installation is incomplete.
    """
    host = open_described(shipped_fixtures("hosts") / _HOST)
    fixtures = [load_fixture(path) for path in sorted(shipped_fixtures(_PAGES).glob("*.defanged"))]
    twins = [each.data for each in fixtures if each.fixture_class is FixtureClass.BENIGN]
    return (*(file.data for file in host.files), *twins)

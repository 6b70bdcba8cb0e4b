"""The fixtures that ship with the package."""

from __future__ import annotations

import pytest

from webshellhunt.errors import SourceNotFoundError
from webshellhunt.shipped import shipped_fixtures


def test_the_described_hosts_are_there_and_an_unknown_folder_is_an_error() -> None:
    assert any(shipped_fixtures("hosts").iterdir())
    with pytest.raises(SourceNotFoundError, match="install webshellhunt"):
        shipped_fixtures("absent")

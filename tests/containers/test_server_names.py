"""Members by which an archive holds a server, and those of ordinary archives."""

from __future__ import annotations

import pytest

from webshellhunt.containers.server_names import is_of_server


@pytest.mark.parametrize(
    "name",
    [
        "C/Windows/System32/config/SOFTWARE",
        r"EXCH01\C\inetpub\wwwroot\x.htm",
        "uploads/auto/C%3A/Windows/x",
        "uploads.json",
        "Collection/uploads/ntfs/%5C%5C.%5CC%3A/inetpub/x",
        "fs/C:/Program Files/x",
        "backup/wwwroot/a.aspx",
        "V15/FrontEnd/HttpProxy/owa/web.config",
        "C/$MFT",
    ],
)
def test_a_server_is_known_by_its_folders(name: str) -> None:
    assert is_of_server(name)


@pytest.mark.parametrize(
    "name", ["site/default.aspx", "wwwroot/site.css", "uploads/a.png", "Windows/a.txt", "lib/c/users.txt", "a/b.json"]
)
def test_an_ordinary_member_is_none(name: str) -> None:
    assert not is_of_server(name)

from __future__ import annotations

import pytest

from webshellhunt.knowledge.antivirus_exclusions import exclusion_of

EXCHANGE = r"D:\Exchange Server\V15"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (rf"{EXCHANGE}\ClientAccess\OAB\a.aspx", r"the folder ClientAccess\OAB"),
        (rf"{EXCHANGE}\Logging\x\a.aspx".replace("\\", "/"), "the folder Logging"),
        (rf"{EXCHANGE}\TransportRoles\Data\Temp\a.exe", r"the folder TransportRoles\Data"),
        (rf"{EXCHANGE}\FrontEnd\HttpProxy\owa\web.config", "*.config files"),
        (r"C:\inetpub\wwwroot\aspnet_client\a.TXT", "*.txt files"),
        (
            r"C:\inetpub\temp\IIS Temporary Compressed Files\a",
            r"the folder inetpub\temp\IIS Temporary Compressed Files",
        ),
    ],
)
def test_what_a_compliant_antivirus_leaves_alone(path: str, words: str) -> None:
    assert exclusion_of(path) == words


@pytest.mark.parametrize(
    "path",
    [
        rf"{EXCHANGE}\FrontEnd\HttpProxy\OAB\a.aspx",
        rf"{EXCHANGE}\ClientAccess\OABx\a.aspx",
        r"C:\inetpub\wwwroot\aspnet_client\a.aspx",
        r"C:\Windows\Temp\a.aspx",
        r"C:\config\a.exe",
        "config",
        "",
    ],
)
def test_what_it_looks_at(path: str) -> None:
    assert exclusion_of(path) is None

"""The libraries that setup of Exchange installs, by folder."""

from __future__ import annotations

import pytest

from tests.knowledge.sources import is_source
from webshellhunt.host.iis.native_modules import normal_place
from webshellhunt.knowledge.exchange_libraries import is_stock_library, stock_libraries
from webshellhunt.knowledge.tables import data_file, read_table

V15 = r"C:\Program Files\Microsoft\Exchange Server\V15"


@pytest.mark.parametrize(
    ("path", "is_stock"),
    [
        (rf"{V15}\TransportRoles\agents\Rule\Microsoft.Exchange.MessagingPolicies.TransportRuleAgent.dll", True),
        (rf"{V15}\TransportRoles\agents\..\..\Bin\Microsoft.Exchange.Net.dll", True),
        (rf"{V15}\FrontEnd\HttpProxy\bin\owaauth.dll", True),
        (rf"{V15}\FrontEnd\HttpProxy\owa\bin\owaauth.dll", False),
        (rf"{V15}\Bin\evil.dll", False),
        (r"C:\Temp\Microsoft.Exchange.Net.dll", False),
        ("Microsoft.Exchange.Net.dll", False),
    ],
)
def test_name_and_folder(path: str, is_stock: bool) -> None:
    assert is_stock_library(normal_place(path)) is is_stock


def test_the_table_is_complete() -> None:
    table = read_table(data_file("exchange_libraries.tsv"))
    assert table.head.as_of is not None
    assert all(is_source(each) for each in table.head.sources.values())
    assert {row[2] for row in table.rows} == set(table.head.sources)
    assert all(row == tuple(cell.strip() for cell in row) and row[1] == row[1].lower() for row in table.rows)
    assert len(stock_libraries(r"%exchange%\frontend\httpproxy\bin")) > 10
    assert stock_libraries(r"c:\x") == frozenset()

"""The table of known products: what fits an entry, what does not, and the form of the table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.knowledge.sources import is_source
from webshellhunt.knowledge.products import (
    KINDS,
    REMOTE_SUPPORT,
    find_product,
    find_product_at,
    load_products,
    products_signed_by,
)
from webshellhunt.knowledge.tables import data_file, read_head

NEW_RELIC = "{71DA0A04-7777-4EC6-9643-7D28B46A8A41}"
SAMPLE = "{cf0d821e-299b-5307-a3d8-b283c03916dd}"
MOST_WILD = 2


def test_each_entry_is_complete() -> None:
    head = read_head(data_file("products.toml"))
    assert head.as_of is not None
    assert all(is_source(address) for address in head.sources.values())
    for each in load_products():
        assert each.source in head.sources or is_source(each.source), each.name
        assert each.names, each.name
        assert set(each.names) <= set(KINDS)
        assert all(names and all(map(str.strip, names)) for names in each.names.values()), each.name
        assert not each.needs_place or each.places


def test_each_source_and_each_kind_is_used() -> None:
    products = load_products()
    used = {each.source for each in products}
    assert set(read_head(data_file("products.toml")).sources) <= used
    assert {each.category for each in products} >= {REMOTE_SUPPORT, "monitoring", "mail security", "backup"}
    assert len({each.name for each in products}) == len(products)


def test_wildcards_are_bounded() -> None:
    for each in load_products():
        texts = [*each.places, *(name for names in each.names.values() for name in names)]
        assert all(text.count("*") <= MOST_WILD for text in texts), each.name
        assert all(len(text.replace("*", "").replace("{}", "")) >= 2 or text == "{*}" for text in texts), each.name


def test_a_place_is_a_folder_that_installers_use() -> None:
    """No entry may cover a folder that everybody writes to, or the whole of Windows or Program Files."""
    for place in (
        r"C:\Windows\Temp\a.dll",
        r"C:\Windows\a.exe",
        r"C:\Windows\System32\a.dll",
        r"C:\Program Files\a.exe",
        r"C:\ProgramData\a.exe",
        r"C:\Users\Public\a.exe",
        r"C:\inetpub\wwwroot\bin\a.dll",
        r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\bin\a.dll",
        r"C:\a.exe",
        r"C:\Temp\a.exe",
    ):
        assert find_product_at(place) is None, place


@pytest.mark.parametrize(
    ("kind", "name", "place", "product"),
    [
        ("profiler", NEW_RELIC, "", "New Relic .NET agent"),
        ("profiler", NEW_RELIC.lower(), r"C:\Program Files\New Relic\.NET Agent\x.dll", "New Relic .NET agent"),
        ("profiler", NEW_RELIC, r"D:\Program Files (x86)\New Relic\x.dll", "New Relic .NET agent"),
        ("profiler", NEW_RELIC, r"C:\ProgramData\x.dll", None),
        ("profiler", NEW_RELIC, r"C:\Program Files\New Relic\..\..\Users\Public\x.dll", None),
        ("profiler", NEW_RELIC, r"\\host\share\Program Files\New Relic\x.dll", None),
        ("profiler", NEW_RELIC, "x.dll", None),
        ("profiler", "{00000000-7777-4EC6-9643-7D28B46A8A41}", "", None),
        ("profiler", SAMPLE, "", None),
        ("profiler", SAMPLE, r"C:\Program Files\Instana\x.dll", "IBM Instana agent"),
        ("service", NEW_RELIC, "", None),
        (
            "service",
            "windefend",
            r'"%ProgramData%\Microsoft\Windows Defender\Platform\4\MsMpEng.exe"',
            "Microsoft Defender",
        ),
        ("service", "WinDefend", r"C:\ProgramData\MsMpEng.exe", None),
        ("type", "Elastic.Apm.X.Module, Elastic.Apm.X, Version=1.0.0.0", "", "Elastic APM .NET agent"),
        ("type", "ElasticXApm.X", "", None),
        (
            "transport_agent",
            "SMSMSERoutingAgent",
            r"E:\Program Files (x86)\Symantec\SMSMSE\6.5\Server\a.dll",
            "Symantec Mail Security for Microsoft Exchange",
        ),
        ("transport_agent", "SMSMSERoutingAgent", r"C:\Program Files\Microsoft\Exchange Server\V15\a.dll", None),
        ("unknown kind", "x", "", None),
        ("service", "", "", None),
    ],
)
def test_name_and_place_have_to_fit(kind: str, name: str, place: str, product: str | None) -> None:
    found = find_product(kind, name, place)
    assert (found.name if found else None) == product


def test_publisher() -> None:
    assert {each.name for each in products_signed_by("new relic, inc.")} == {"New Relic .NET agent"}
    assert products_signed_by("") == ()
    assert products_signed_by("Contoso") == ()


@given(st.sampled_from([*KINDS, "x"]), st.text(max_size=3_000), st.text(max_size=3_000))
def test_any_text_is_answered(kind: str, name: str, place: str) -> None:
    found = find_product(kind, name, place)
    assert found is None or found in load_products()

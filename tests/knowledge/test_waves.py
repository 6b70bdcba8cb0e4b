from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.knowledge.sources import is_source
from webshellhunt.knowledge.tables import data_file, read_table
from webshellhunt.knowledge.waves import EXCHANGE, SHAREPOINT, iter_waves_at, load_waves, products_at, products_of
from webshellhunt.model.places import Role
from webshellhunt.model.report import ExchangeInstall, Host


def test_each_wave_has_a_window_and_at_least_one_vulnerability() -> None:
    waves = load_waves()
    assert len({wave.slug for wave in waves}) == len(waves)
    for wave in waves:
        assert wave.cves
        assert wave.first_use < wave.until
        assert wave.until - max(wave.first_use, wave.disclosed, wave.fixed) == timedelta(days=90)


@pytest.mark.parametrize(
    ("day", "slugs"),
    [
        (date(2021, 2, 28), ["proxylogon"]),
        (date(2021, 1, 2), []),
        (date(2021, 8, 17), ["proxyshell"]),
        (date(2021, 9, 15), ["proxyshell"]),
        (date(2022, 11, 20), ["proxynotshell", "owassrf"]),
        (date(2019, 5, 5), []),
    ],
)
def test_a_day_falls_in_the_windows_of_waves_that_left_pages(day: date, slugs: list[str]) -> None:
    assert [wave.slug for wave in iter_waves_at(day)] == slugs


@pytest.mark.parametrize(
    ("day", "slugs"),
    [
        (date(2025, 7, 20), ["toolshell"]),
        (date(2026, 3, 20), ["sharepoint-2026-20963"]),
        (date(2026, 7, 5), ["sharepoint-2026-45659"]),
        (date(2026, 7, 25), ["sharepoint-2026-45659", "sharepoint-2026-58644", "sharepoint-sign-in-2026"]),
        (date(2026, 1, 20), []),
    ],
)
def test_sharepoint_has_waves_of_its_own(day: date, slugs: list[str]) -> None:
    assert [wave.slug for wave in iter_waves_at(day, (SHAREPOINT,))] == slugs
    assert not {wave.slug for wave in iter_waves_at(day)} & set(slugs)


def test_a_host_of_both_products_has_the_waves_of_both() -> None:
    day = date(2026, 7, 5)
    slugs = [wave.slug for wave in iter_waves_at(day, (EXCHANGE, SHAREPOINT))]
    assert slugs == ["powershell-deserialisation", "sharepoint-2026-45659"]


def test_each_wave_has_a_source_and_a_known_product() -> None:
    table = read_table(data_file("waves.tsv"))
    assert table.columns[-1] == "source"
    assert [row for row in table.rows if not is_source(row[-1])] == []
    assert {wave.product for wave in load_waves()} == {EXCHANGE, SHAREPOINT}
    assert [wave.first_use for wave in load_waves()] == sorted(wave.first_use for wave in load_waves())


def test_the_fix_of_a_wave_of_sharepoint_is_in_the_table_itself() -> None:
    fixed = {wave.slug: wave.fixed for wave in load_waves()}
    assert fixed["toolshell"] == date(2025, 7, 21)
    assert fixed["proxyshell"] == date(2021, 5, 11)


@pytest.mark.parametrize(
    ("host", "roles", "products"),
    [
        (Host(exchange=(ExchangeInstall("x"),)), [Role.OWA, Role.WWWROOT], {EXCHANGE}),
        (Host(), [Role.LAYOUTS, Role.WWWROOT], {SHAREPOINT}),
        (Host(exchange=(ExchangeInstall("x"),)), [Role.LAYOUTS], {EXCHANGE, SHAREPOINT}),
        (Host(), [Role.OWA_AUTH], {EXCHANGE}),
        (Host(iis=True), [Role.WWWROOT], {EXCHANGE}),
        (Host(), [], {EXCHANGE}),
    ],
)
def test_a_host_has_the_products_whose_directories_it_has(host: Host, roles: list[Role], products: set[str]) -> None:
    assert products_of(host, roles) == products


def test_a_directory_of_a_product_is_served_by_it_alone() -> None:
    both = {EXCHANGE, SHAREPOINT}
    assert list(products_at(Role.LAYOUTS, both)) == [SHAREPOINT]
    assert list(products_at(Role.OWA_AUTH, both)) == [EXCHANGE]
    assert products_at(Role.WWWROOT, both) == both

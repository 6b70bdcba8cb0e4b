from __future__ import annotations

from datetime import date, timedelta

import pytest

from webshellhunt.context.waves import iter_waves_at, load_waves


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


def test_sharepoint_has_waves_of_its_own() -> None:
    assert [wave.slug for wave in iter_waves_at(date(2025, 7, 20), product="sharepoint")] == ["toolshell"]
    assert list(iter_waves_at(date(2025, 7, 20))) == []

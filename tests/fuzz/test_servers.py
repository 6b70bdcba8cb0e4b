"""Servers by grammar: the report counts the requests that were written, and knows which picture the server runs."""

from __future__ import annotations

import random

from hypothesis import settings

from tests.fuzz.servers import is_found_run, logs_drawn, requests_reported, site_drawn


def _seeds() -> range:
    return range(settings().max_examples * 2)


def test_the_requests_of_a_page_are_counted() -> None:
    written = {seed: logs_drawn(random.Random(seed)) for seed in _seeds()}
    counted = {seed: requests_reported(logged) for seed, logged in written.items()}
    assert counted == {seed: logged.requests for seed, logged in written.items()}
    assert len({*counted.values()}) > 3


def test_a_picture_that_is_mapped_to_pages_is_one_and_no_other() -> None:
    sites = {seed: site_drawn(random.Random(seed)) for seed in _seeds()}
    assert {seed: is_found_run(site) for seed, site in sites.items()} == {
        seed: site.is_run for seed, site in sites.items()
    }
    assert {site.is_run for site in sites.values()} == {True, False}

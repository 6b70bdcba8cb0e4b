"""The described Exchange server, clean and compromised, for every test that needs a whole host."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.builders.host_tree import tree_on_disk
from webshellhunt.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.described import DescribedHost


@pytest.fixture(scope="session")
def clean_host() -> DescribedHost:
    return demo_host(CLEAN)


@pytest.fixture(scope="session")
def compromised_host() -> DescribedHost:
    return demo_host(COMPROMISED)


@pytest.fixture(scope="session")
def clean_folder(clean_host: DescribedHost) -> Iterator[Path]:
    with tree_on_disk(clean_host.source()) as folder:
        yield folder


@pytest.fixture(scope="session")
def compromised_folder(compromised_host: DescribedHost) -> Iterator[Path]:
    with tree_on_disk(compromised_host.source()) as folder:
        yield folder

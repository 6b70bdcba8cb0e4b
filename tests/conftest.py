"""The described Exchange server, clean and compromised, for every test that needs a whole host."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.builders.host_tree import tree_on_disk
from webshellhunt.analysis.memo import Memo
from webshellhunt.knowledge import data_dates
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.described import DescribedHost

# The test line is never red by chance: each run has the same examples, and no limit depends on the load of the machine.
# HYPOTHESIS_PROFILE=explore draws new ones, to look for what the fixed ones miss.
_PATIENT = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.register_profile("fixed", _PATIENT, derandomize=True)
settings.register_profile("explore", _PATIENT, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


@pytest.fixture(autouse=True)
def _fresh_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each hunt happen on a day on which the shipped data is fresh: no test may fail because time goes by."""
    day = max(data_dates.data_as_of().values())
    monkeypatch.setattr(data_dates, "utc_now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """Let no test see what another one analysed: some of them change limits."""
    Memo.forget_all()


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


def pytest_collection_finish() -> None:
    """Leave the tests themselves out of garbage collection: there are 40,000, and pefile collects after each file."""
    gc.collect()
    gc.freeze()

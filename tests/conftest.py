"""The described Exchange server, clean and compromised, for every test that needs a whole host."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.builders.audit import Audit
from tests.builders.host_tree import tree_on_disk
from tests.builders.mutants import NIGHTLY, ORDINARY
from tests.builders.shares import SHARES, Share, changed_fixtures, share_of_commit
from webshellhunt.knowledge import data_dates
from webshellhunt.memo import Memo
from webshellhunt.selftest.demo import CLEAN, COMPROMISED, demo_host
from webshellhunt.sources.described import DescribedHost

# The test line is never red by chance: each run of a commit has the same examples, and no limit depends on the load of
# the machine. HYPOTHESIS_PROFILE=explore draws new ones, to look for what the fixed ones miss. A test has no number of
# examples of its own; a dear one has a fraction of them (`tests.builders.mutants.fewer`).
_PATIENT = settings(deadline=None, suppress_health_check=(HealthCheck.too_slow,))
settings.register_profile("fixed", _PATIENT, derandomize=True, max_examples=ORDINARY)
settings.register_profile("full", _PATIENT, derandomize=True, max_examples=NIGHTLY)
settings.register_profile("explore", _PATIENT, print_blob=True, max_examples=NIGHTLY)
_SHARE = pytest.StashKey[Share]()
_AUDIT = pytest.StashKey[Audit]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that say how much of the large products of cases is tried."""
    group = parser.getgroup("webshellhunt")
    group.addoption("--full", action="store_true", help="try all laws on all fixtures, and ten times the examples")
    numbers = range(SHARES)
    group.addoption("--share", type=int, choices=numbers, help="the share of the laws to try, not that of the commit")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the examples and the share; the workers have the options of the process that starts them."""
    # Processes that tests start would compile the whole package, each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    option = config.option
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "full" if option.full else "fixed"))
    if option.share is None:
        option.share = share_of_commit()
    config.stash[_AUDIT] = Audit()
    config.stash[_AUDIT].start()
    config.stash[_SHARE] = Share() if option.full else Share(option.share, changed_fixtures())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say which share was tried, so that a failure is repeated."""
    terminalreporter.write_line(str(config.stash[_SHARE]))


@pytest.fixture(scope="session")
def share(pytestconfig: pytest.Config) -> Share:
    """Return the share of the cases that this run tries."""
    return pytestconfig.stash[_SHARE]


@pytest.fixture(autouse=True, scope="session")
def _fresh_data() -> Iterator[None]:
    """Let each hunt happen on a day on which the shipped data is fresh: no test may fail because time goes by."""
    day = max(data_dates.data_as_of().values())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data_dates, "utc_now", lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC))
        yield


@pytest.fixture(autouse=True)
def _no_memory() -> None:
    """Let no test see what another one analysed: some of them change limits."""
    Memo.forget_all()


@pytest.fixture(scope="session")
def audit(pytestconfig: pytest.Config) -> Audit:
    """Return the hook that watches all tests."""
    return pytestconfig.stash[_AUDIT]


@pytest.fixture(autouse=True)
def _only_what_is_allowed(audit: Audit) -> Iterator[None]:
    """Fail a test in which the package starts a process, opens a socket or writes where it must not."""
    yield
    assert not (breaches := audit.new_breaches()), breaches


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


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Leave the tests themselves out of garbage collection: there are 25,000, and pefile collects after each file."""
    if report.nodeid.endswith(".py"):
        gc.collect()
        gc.freeze()


def pytest_collection_finish() -> None:
    """Leave what the last tests consist of out of garbage collection too."""
    gc.collect()
    gc.freeze()

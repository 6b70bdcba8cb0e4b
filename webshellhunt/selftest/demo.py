"""The demo: a described, compromised Exchange server in memory, for a real report in ten seconds."""

from __future__ import annotations

from webshellhunt.shipped import shipped_fixtures
from webshellhunt.sources.described import DescribedHost, open_described
from webshellhunt.sources.memory import MemorySource

COMPROMISED = "exchange2019-compromised.host"
CLEAN = "exchange2019.host"


def demo_host(name: str = COMPROMISED) -> DescribedHost:
    """Read a described host that ships with the library.

    Raises:
        SourceNotFoundError: The installation lacks it.
    """
    return open_described(shipped_fixtures("hosts") / name)


def demo_source() -> MemorySource:
    """Return the compromised server of the demo: an Exchange 2019 with eight back doors."""
    return demo_host().source("demo")

"""Ways to stay that have been seen from the start: the first rows, and an example for others."""

from __future__ import annotations

from tests.persistence.plants import OWA, SERVER, honest, inside, plant

SITES, FILTERS = "system.applicationHost/sites", "system.webServer/isapiFilters"


def _site(folder: str) -> str:
    directory = f'<virtualDirectory path="/" physicalPath="{folder}" />'
    return f'<site name="x" id="9"><application path="/">{directory}</application></site>'


PLANTS = [
    plant(35, "site in an odd folder", "WSH4007", inside(SERVER, SITES, _site(r"C:\PerfLogs\x"))),
    honest(35, "site in its own folder", inside(SERVER, SITES, _site(r"D:\Sites\x"))),
    plant(31, "filter in Temp", "WSH4008", inside(OWA, FILTERS, '<filter name="x" path="C:\\Windows\\Temp\\x.dll" />')),
]

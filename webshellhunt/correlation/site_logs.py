"""Site logs: the log folder of each site, by the configuration of the server."""

from __future__ import annotations

from webshellhunt.errors import SourceError
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.findings import Gap
from webshellhunt.views.log_holes import SiteLogs

NOT_COLLECTED = "log-folder-not-collected"
"""The code of the gap for a log folder that the source does not contain."""

_MOST_SITES = 1_000


def find_site_logs(surveyed: Survey) -> list[SiteLogs]:
    """Return the log folder of each site; none without the configuration of the server."""
    server, paths = surveyed.configuration.server, surveyed.paths
    found: list[SiteLogs] = []
    for site in server.sites[:_MOST_SITES] if server is not None else ():
        if site.id is None:
            continue
        above = paths.expand(site.log_directory).replace("/", "\\").rstrip("\\")
        is_held = paths.find(above) is not None
        folder = f"{above}\\W3SVC{site.id}"
        readable = _is_readable(folder, surveyed)
        found.append(SiteLogs(site.id, site.name, folder, site.auto_start, is_held, readable))
    return found


def _is_readable(folder: str, surveyed: Survey) -> bool:
    """Return False if a folder is there and can't be listed."""
    entry = surveyed.paths.find(folder)
    if entry is None:
        return True
    try:
        surveyed.paths.lookup.source.list(entry.path)
    except SourceError:
        return False
    return True


def uncollected_gaps(sites: list[SiteLogs]) -> list[Gap]:
    """Return a gap for each log folder of a site that the source does not contain."""
    folders: dict[str, list[str]] = {}
    for site in sites:
        if not site.is_held:
            folders.setdefault(site.folder.rpartition("\\")[0], []).append(site.name)
    return [
        Gap(NOT_COLLECTED, "logs", folder, f"the source does not contain the log folder of {', '.join(names[:5])}")
        for folder, names in folders.items()
    ]

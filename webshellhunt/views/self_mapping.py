"""Self-mapping: a ``web.config`` with server code whose own handler mapping makes the server run it."""

from __future__ import annotations

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.web_config import ChainLink, effective_settings, parse_web_config
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.settings import HandlerMapping
from webshellhunt.pages.kinds import PageNature

_NAME = "web.config"
_MOST_BYTES = 4 * 1024 * 1024


def with_own_mapping(nature: PageNature, artifact: Artifact, data: bytes) -> PageNature:
    """Return the nature of a configuration file after its own mapping, if it contains server code.

    The survey applies the mappings of all files that it reads. This covers a file that is examined by itself, and one
    that is not well-formed: the server rejects it as it is, but it was written to be run, and one character repairs it.
    """
    if nature.executable or artifact.name.lower() != _NAME or not 0 < len(data) <= _MOST_BYTES:
        return nature
    if nature.mapping is None and artifact.settings.mappings:
        return nature  # the survey read the file, and it maps other names
    if b"<%" not in data and b"runat" not in data.lower():
        return nature
    mapping = _own_mapping(artifact, data)
    if mapping is None or (nature.mapping is not None and not _is_broken(artifact, data)):
        return nature
    return PageNature(mapping.kind, executable=True, mapping=mapping._replace(locked=False), served=True)


def _own_mapping(artifact: Artifact, data: bytes) -> HandlerMapping | None:
    """Return the mapping by which a configuration file covers its own name."""
    try:
        config = parse_web_config(data, artifact.path, salvage=True)
    except ConfigError:
        return None
    settings = effective_settings(None, None, [ChainLink(config._replace(broken=False))])
    return settings.mapping_for(_NAME)


def _is_broken(artifact: Artifact, data: bytes) -> bool:
    """Return True if the server rejects the file, so that its mappings are attempts."""
    try:
        parse_web_config(data, artifact.path)
    except ConfigError:
        return True
    return False

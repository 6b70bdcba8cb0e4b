"""Collections of triage tools: a source whose files have the paths, times, sizes and names of the server."""

from __future__ import annotations

from webshellhunt.errors import UnopenedContainerError
from webshellhunt.model.times import TimesChoice
from webshellhunt.sources.collection.collection_source import CollectionSource
from webshellhunt.sources.collection.hosts import only_host
from webshellhunt.sources.collection.recognition import merged_layout
from webshellhunt.sources.collection.velociraptor import refusal_of
from webshellhunt.sources.source import Source

__all__ = ["CollectionSource", "with_layout"]


def with_layout(source: Source, *, times: str = TimesChoice.AUTO) -> Source:
    """Return a source with the layout of its collection, or the source itself if no layout is recognised.

    ``source``: the source, such as an unpacked collection. ``times``: the user's choice for its times.

    Raises:
        UnopenedContainerError: It is an encrypted collection; the message has an instruction.
        SeveralHostsError: It has several hosts.
    """
    if source.live:
        return source
    reason = refusal_of(source)
    if reason is not None:
        raise UnopenedContainerError(reason, path=source.location)
    host = only_host(source)
    layout = None if host is None or not host.layouts else merged_layout(source, host.layouts)
    return source if layout is None else CollectionSource(source, layout, dated=times != TimesChoice.COPY)

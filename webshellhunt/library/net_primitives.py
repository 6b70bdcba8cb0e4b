"""Primitives of .NET, of all kinds of objects."""

from __future__ import annotations

from webshellhunt.library.functions import merged
from webshellhunt.library.net_lists import LISTS
from webshellhunt.library.net_running import RUNNING
from webshellhunt.library.net_streams import STREAMS
from webshellhunt.library.net_texts import TEXTS

NET_PRIMITIVES = merged(LISTS, TEXTS, STREAMS, RUNNING)
"""The primitives by the names that rows use."""

"""What a page pulls in: found inside the source, read within bounds, and put where the server puts it."""

from __future__ import annotations

from webshellhunt.pages.includes.joined_text import Joined, join_pulled
from webshellhunt.pages.includes.reading import Pulled, PulledCode, Pulling, ReadPulled

__all__ = ["Joined", "Pulled", "PulledCode", "Pulling", "ReadPulled", "join_pulled"]

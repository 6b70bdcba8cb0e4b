"""The dependencies of a page: resolved inside the source, read within limits, and joined as the server does."""

from __future__ import annotations

from webshellhunt.pages.includes.joined_text import JoinedText, join_includes
from webshellhunt.pages.includes.resolver import DependencyResolver, Resolution, ResolutionCode, ResolveDependency

__all__ = ["DependencyResolver", "JoinedText", "Resolution", "ResolutionCode", "ResolveDependency", "join_includes"]

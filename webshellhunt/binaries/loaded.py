"""Detection of the libraries that a server loads, and of those that may answer requests."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from webshellhunt.binaries.compiled_pages import is_page_assembly_name
from webshellhunt.binaries.dotnet import Assembly, Literal, read_assembly
from webshellhunt.binaries.pe import is_image
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role

LARGEST_UNNAMED: Final = 2 * 1024 * 1024
"""Largest assembly read without the name of a page's assembly; larger ones are libraries of products."""

_LOADED_FROM = frozenset({Role.BIN, Role.TEMP_ASPNET})
_LOADED_BY_PATH = lazy_pattern(
    r"(?i)\\assembly\\(?:gac|nativeimages)_|\\transportroles\\agents\\|\\exchange server\\v1[45]\\bin\\"
)
"""The assembly caches, and the folders of Exchange's own services."""
_OF_EXCHANGE = lazy_pattern(
    r"(?i)\\(?:frontend\\httpproxy|v1[45]\\clientaccess|transportroles\\agents)\\|\\v1[45]\\bin\\"
)
_PAGE_TEXT = lazy_pattern(r"(?i)<%|\brunat\b")
_PAGE_BYTES = lazy_pattern(rb"(?i)<\0%\0|r\0u\0n\0a\0t\0")
_MOST_TEXTS = 16
_CALLED = lazy_pattern(
    rb"Request|StartMethodAttribute|System\.(?:Web|ServiceModel|IdentityModel\.Selectors|Configuration\.Provider)|Startup(?:Attribute)?\0"
    rb"|ProtectedConfigurationProvider|ConfigurationSection|StartupHook|TraceListener|AppDomainManager"
    rb"|Exchange\.Data\.Transport|HttpListenerPrefixCollection"
)
"""Names in the metadata of assemblies with an entry point."""


def is_loaded(artifact: Artifact, data: bytes) -> bool:
    """Return whether the server loads a file as a library from its folder."""
    if not artifact.name.lower().endswith(".dll") or not is_image(data):
        return False
    return artifact.role in _LOADED_FROM or _LOADED_BY_PATH.search(artifact.path.replace("/", "\\")) is not None


def assemblies_of(artifact: Artifact, data: bytes) -> tuple[Assembly, ...]:
    """Return a tuple with the metadata of an assembly that a web or mail server may call, or an empty one.

    Raises:
        BinaryError: It is damaged.
    """
    if not is_image(data) or b"BSJB" not in data:
        return ()
    is_wanted = _OF_EXCHANGE.search(artifact.path.replace("/", "\\")) is not None or _CALLED.search(data) is not None
    if not is_page_assembly_name(artifact.name) and (len(data) > LARGEST_UNNAMED or not is_wanted):
        return ()
    return (read_assembly(data, artifact.path),)


def page_texts(assembly: Assembly) -> Iterator[Literal]:
    """Yield literals with the text of a page, which the code may write to a file; a bounded number."""
    if _PAGE_BYTES.search(assembly.strings.data) is None:
        return iter(())
    return islice((text for text in assembly.literals if _PAGE_TEXT.search(text.text)), _MOST_TEXTS)

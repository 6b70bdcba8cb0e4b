"""Listings: counts and names of the members of an archive; nothing is unpacked to disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.containers.page_names import ARCHIVE_EXTENSIONS, IMAGE_EXTENSIONS, PAGE_EXTENSIONS, extension_of
from webshellhunt.containers.server_names import is_of_server

MOST_MEMBERS = 50_000
"""Limit of the members that are listed of an archive."""

MANY_MEMBERS = 1_000
"""Number of files of a typical site: a listing that is cut after so many names may be missing pages."""


@dataclass(slots=True)
class ContainerListing:
    """The members of an archive, counted by their extensions.

    ``complete`` is true if all names were read. ``other_methods`` counts pages with a compression method other than
    *stored* and *deflated*. ``holds_server`` is true if a name is one of a server's drive or of a collection.
    ``archives`` counts the archives in it. ``content_bytes`` is the size of all members according to the archive.
    ``first_names`` are a few of the names.
    """

    members: int = 0
    pages: int = 0
    encrypted: int = 0
    holds_server: bool = False
    images: int = 0
    archives: int = 0
    encrypted_pages: int = 0
    other_methods: int = 0
    content_bytes: int = 0
    complete: bool = False
    first_names: list[str] = field(default_factory=list)

    def add(self, name: str, size_bytes: int = 0, *, encrypted: bool = False, other_method: bool = False) -> None:
        """Count a member."""
        self.content_bytes += size_bytes
        self.members += 1
        extension = extension_of(name)
        is_page = extension in PAGE_EXTENSIONS
        self.pages += is_page
        self.images += extension in IMAGE_EXTENSIONS
        self.archives += extension in ARCHIVE_EXTENSIONS
        self.encrypted += encrypted
        self.holds_server = self.holds_server or is_of_server(name)
        self.encrypted_pages += is_page and encrypted
        self.other_methods += is_page and other_method
        if len(self.first_names) < 8:
            self.first_names.append(name[:200])

    @property
    def is_full(self) -> bool:
        """Return True if the limit of members is reached."""
        return self.members >= MOST_MEMBERS

    @property
    def may_contain_server(self) -> bool:
        """Return True if the archive may contain a web directory or a whole server, by the names that were read."""
        return self.holds_server or bool(self.pages or self.images)

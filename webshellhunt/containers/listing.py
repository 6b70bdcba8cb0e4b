"""Listing: the names in an archive, as far as its format lists them cheaply; nothing is unpacked to disk."""

from __future__ import annotations

from dataclasses import dataclass, field

from webshellhunt.containers.page_names import IMAGE_EXTENSIONS, PAGE_EXTENSIONS, extension_of

MOST_MEMBERS = 50_000
"""So many members of an archive are looked at."""


MANY_MEMBERS = 1_000
"""A site has so many files: a list of names that breaks off behind them may go on with pages."""


@dataclass(slots=True)
class Listing:
    """The members of an archive, counted by what their names say.

    ``complete`` is true where all names were seen. ``other_methods`` counts pages that are stored by a method other
    than *stored* and *deflated*. ``content_bytes`` is the size of all members, as the archive says.
    ``first_names`` are a few of the names.
    """

    members: int = 0
    pages: int = 0
    images: int = 0
    encrypted_pages: int = 0
    other_methods: int = 0
    content_bytes: int = 0
    complete: bool = False
    first_names: list[str] = field(default_factory=list)

    def add(self, name: str, size_bytes: int = 0, *, encrypted: bool = False, other_method: bool = False) -> None:
        """Count a member in."""
        self.content_bytes += size_bytes
        self.members += 1
        extension = extension_of(name)
        is_page = extension in PAGE_EXTENSIONS
        self.pages += is_page
        self.images += extension in IMAGE_EXTENSIONS
        self.encrypted_pages += is_page and encrypted
        self.other_methods += is_page and other_method
        if len(self.first_names) < 8:
            self.first_names.append(name[:200])

    @property
    def is_full(self) -> bool:
        """Return True if no more members are to be looked at."""
        return self.members >= MOST_MEMBERS

    @property
    def may_contain_server(self) -> bool:
        """Return True if a web directory or a whole server may be in the archive, by the names that were seen."""
        return bool(self.pages or self.images)

"""The file that a layer belongs to, as its layers need it: the protocol that keeps ``layer`` below ``sample``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from webshellhunt.model.artifact import Artifact
from webshellhunt.pages.kinds import PageNature

if TYPE_CHECKING:
    from webshellhunt.client_scripts.script_analysis import Script


class HasText(Protocol):
    """A layer, as the other layers of its file see it."""

    text: str


class OpenedFile(Protocol):
    """The properties of a ``Sample`` that its layers read."""

    artifact: Artifact
    data: bytes
    excerpt_chars: int

    @property
    def nature(self) -> PageNature:
        """The kind of the file for the server, and whether it is executed."""
        ...

    @property
    def extension(self) -> str:
        """The extension of the name that Windows opens, in lower case."""
        ...

    @property
    def is_client_script(self) -> bool:
        """True if the file is a script that browsers load."""
        ...

    @property
    def is_browsed(self) -> bool:
        """True if browsers receive the file as a page or a script."""
        ...

    @property
    def is_text(self) -> bool:
        """True if all bytes are text, in any encoding."""
        ...

    @property
    def is_utf8(self) -> bool:
        """True if the bytes are UTF-8 or ASCII."""
        ...

    @property
    def text_cut(self) -> bool:
        """True if the file is longer than the part that is read as text."""
        ...

    @property
    def folded(self) -> bytes:
        """The bytes with ASCII letters in lower case."""
        ...

    @property
    def may_open(self) -> bool:
        """True if the bytes may have the start of server code or of configuration."""
        ...

    @property
    def layers(self) -> Sequence[HasText]:
        """All layers of the file."""
        ...

    def read_client_script(self, address: str, start: int, end: int) -> Script | None:
        """Return a client script of the page, if the source has its file."""
        ...

r"""Native programs that may answer requests: libraries that IIS loads, and programs that listen with HTTP.sys.

Neither the name nor the place of such a file vouches for it, nor does the maker in its version information: these are
texts that anybody may write. A verified signature does, and a catalogue of Windows, which is consulted once the whole
host is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.binaries.origin import Origin, read_origin
from webshellhunt.binaries.pe import Image, is_image, read_image
from webshellhunt.host.iis.native_modules import find_known_image, load_known_modules, normal_place
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import FactValue
from webshellhunt.model.places import EXCHANGE_ROLES

if TYPE_CHECKING:
    from webshellhunt.binaries.signed_data import Signer

MODULE, FILTER, EXTENSION = "module of IIS", "ISAPI filter", "ISAPI extension"
_KINDS: Final = (
    (MODULE, frozenset({"RegisterModule"})),
    (FILTER, frozenset({"GetFilterVersion", "HttpFilterProc"})),
    (EXTENSION, frozenset({"GetExtensionVersion", "HttpExtensionProc"})),
)
_LISTENS: Final = frozenset(
    {
        "HttpAddUrl",
        "HttpAddUrlToUrlGroup",
        "HttpCreateHttpHandle",
        "HttpCreateRequestQueue",
        "HttpCreateServerSession",
        "HttpReceiveHttpRequest",
    }
)
"""The functions of HTTP.sys with which a program takes requests; others only change its settings."""  # fmt: skip

_MARKS: Final = (
    b"RegisterModule", b"HttpFilterProc", b"HttpExtensionProc", b"HttpAddUrl", b"HttpInitialize",
    b"HttpCreateServerSession", b"HttpReceiveHttpRequest",
)  # fmt: skip
_ALSO_OF_EXCHANGE: Final = frozenset({"rpcproxyshim.dll"})
_OWNERS: Final = (("%windir%\\", "Windows"), ("%exchange%\\", "Exchange"), ("%programfiles%\\iis\\", "IIS"))


class NativeProgram(NamedTuple):
    """A native program: its ``kind`` if IIS loads it, else ``None``; ``listens`` if it takes requests from HTTP.sys.

    ``imitates`` is the product whose file has this name: Exchange anywhere, IIS or Windows at the same place.
    ``place`` is its path in the notation of the known modules, and ``owner`` the product whose folder that is.
    """

    kind: str | None
    imitates: str | None
    listens: bool
    image: Image
    origin: Origin
    signer: Signer
    place: str
    owner: str | None

    @property
    def is_vouched(self) -> bool:
        """True if a signature of Microsoft is valid for this content."""
        return self.signer.is_microsoft

    @property
    def is_of_publisher(self) -> bool:
        """True if the signature of any publisher is valid for this content."""
        return self.signer.state.value == "valid"

    @property
    def claims_microsoft(self) -> bool:
        """True if its version information names Microsoft."""
        return "microsoft" in (self.origin.company or "").lower()

    @property
    def signature_words(self) -> str:
        """The state of its signature, as the end of a sentence."""
        by = f" of {self.signer.publisher}" if self.signer.publisher else ""
        return _WORDS[self.signer.state.value].format(by)

    @property
    def is_tampered(self) -> bool:
        """True if its signature was made for other content, or fits no key."""
        return self.signer.state.value in ("changed", "forged")

    @property
    def facts(self) -> Mapping[str, FactValue]:
        """The facts for a finding about it."""
        linked = self.image.linked_utc
        return {
            "kind": self.kind,
            "signature": self.signer.state.value,
            "publisher": self.signer.publisher,
            "company": self.origin.company,
            "debug_path": self.origin.debug_path,
            "linked_at": None if linked is None else linked.isoformat(),
            "undo": self._undo,
        }

    @property
    def _undo(self) -> str:
        """The way to remove it without breaking the server, as a command in words."""
        if self.imitates is not None and self.owner == "Windows":
            return "Keep this file as evidence and restore that of Windows (sfc /scanfile): the server needs it"
        if self.imitates == "Exchange" and self.owner == "Exchange":
            return "Keep this file as evidence and restore that of Exchange's setup: the server needs it"
        if self.kind is None:
            return "Keep this file as evidence, delete the service, task or entry that starts it, and then the file"
        return "Keep this file as evidence, remove the entry of IIS that loads it, restart IIS, and delete the file"


_WORDS: Final = {
    "unsigned": "it has no signature",
    "valid": "it has a valid signature{}",
    "changed": "its signature{} was made for other content",
    "forged": "its signature{} is forged",
    "untrusted": "its signature{} ends in no known root certificate, or at no proven time",
    "unverified": "its signature can't be verified",
}


def native_program(artifact: Artifact, data: bytes) -> NativeProgram | None:
    """Return a native program that may answer requests, or ``None`` for any other file.

    Raises:
        BinaryError: It is damaged.
    """
    if not is_image(data):
        return None
    place = place_of(artifact)
    imitated = _imitated(artifact.name.lower(), place)
    if imitated is None and not any(mark in data for mark in _MARKS):
        return None
    image = read_image(data, artifact.path)
    kind = next((kind for kind, names in _KINDS if names <= image.exports), None)
    listens = not image.is_dotnet and _listens(image, data)
    if imitated is None and (image.is_dotnet or (kind is None and not listens)):
        return None
    from webshellhunt.binaries.authenticode import read_signature  # here, for a quick start

    owner = next((owner for top, owner in _OWNERS if place.startswith(top)), None)
    owner = "Exchange" if artifact.role in EXCHANGE_ROLES else owner
    origin = read_origin(data) or Origin()
    return NativeProgram(kind, imitated, listens, image, origin, read_signature(data), place, owner)


def _listens(image: Image, data: bytes) -> bool:
    """Return True if an image takes requests from HTTP.sys, by its imports or by a name that it looks up."""
    if image.exports & _LISTENS:
        return False  # the library of HTTP.sys itself
    return b"HttpAddUrl" in data or any(name in _LISTENS for _, name in image.imports)


def _imitated(name: str, place: str) -> str | None:
    """Return the product of Microsoft that has a file of this name, of Windows at this place, or ``None``."""
    if has_name_of_exchange(name):
        return "Exchange"
    known = find_known_image(place) if place.startswith("%windir%\\") else None
    return known.product if known is not None and known.is_microsoft else None


def has_name_of_exchange(name: str) -> bool:
    """Return True for the lower-case name of a library of Exchange that IIS loads."""
    return name in _names_of_exchange()


@lru_cache(maxsize=1)
def _names_of_exchange() -> frozenset[str]:
    own = (each for each in load_known_modules() if each.image.startswith("%exchange%\\"))
    return frozenset(each.image.rpartition("\\")[2] for each in own) | _ALSO_OF_EXCHANGE


def place_of(artifact: Artifact) -> str:
    r"""Return the place of a file as ``normal_place`` does; a path without a drive is that of the drive of Windows."""
    path = artifact.path.replace("/", "\\")
    return normal_place(path if split_server_path(path).letter is not None else f"C:\\{path.lstrip(chr(92))}")

r"""Native programs that may answer requests: libraries that IIS loads, and programs that listen with HTTP.sys.

Neither the name nor the place of such a file vouches for it, nor does the maker in its version information: these are
texts that anybody may write. A verified signature does, and a catalogue of Windows, which is asked once the whole host
is known.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from webshellhunt.binaries.origin import Origin, read_origin
from webshellhunt.binaries.pe import Image, is_image, read_image
from webshellhunt.host.iis.native_modules import normal_place
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
_LISTENS: Final = b"HttpAddUrl"
_MARKS: Final = (b"RegisterModule", b"HttpFilterProc", b"HttpExtensionProc", _LISTENS)
_OWNERS: Final = (("%windir%\\", "Windows"), ("%exchange%\\", "Exchange"))


class NativeProgram(NamedTuple):
    """A native program: its ``kind`` if IIS loads it, else ``None``; ``listens`` if it names an API of HTTP.sys.

    ``place`` is its path in the notation of the known modules, and ``owner`` the product whose folder that is.
    """

    kind: str | None
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
        }


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
    if not is_image(data) or not any(mark in data for mark in _MARKS):
        return None
    image = read_image(data, artifact.path)
    kind = next((kind for kind, names in _KINDS if names <= image.exports), None)
    listens = _LISTENS in data and not any(name.startswith("HttpAddUrl") for name in image.exports)
    if image.is_dotnet or (kind is None and not listens):
        return None
    from webshellhunt.binaries.authenticode import read_signature  # here, for a quick start

    place = place_of(artifact)
    owner = next((owner for top, owner in _OWNERS if place.startswith(top)), None)
    owner = "Exchange" if artifact.role in EXCHANGE_ROLES else owner
    return NativeProgram(kind, listens, image, read_origin(data) or Origin(), read_signature(data), place, owner)


def place_of(artifact: Artifact) -> str:
    r"""Return the place of a file as ``normal_place`` does; a path without a drive is that of the drive of Windows."""
    path = artifact.path.replace("/", "\\")
    return normal_place(path if split_server_path(path).letter is not None else f"C:\\{path.lstrip(chr(92))}")

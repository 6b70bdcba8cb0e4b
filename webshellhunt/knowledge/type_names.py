"""Type names of .NET in configuration files, and their claimed vendor."""

from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

_TOKEN = lazy_pattern(r"(?i)\bPublicKeyToken\s*=\s*([0-9a-f]{16})\b")
_LONGEST = 2_048
_OWN_NAMES = ("system", "microsoft", "mscorlib", "antixsslibrary")
_OTHERS = frozenset({("system.data.sqlite", "db937bc2d44ff139")})
"""Assemblies of others with a name of Microsoft's, and their tokens."""

# Silverlight's and Azure's signers included.
MICROSOFT_TOKENS = frozenset(
    [
        "b77a5c561934e089",
        "b03f5f7f11d50a3a",
        "31bf3856ad364e35",
        "89845dcd8080cc91",
        "adb9793829ddae60",
        "7cec85d7bea7798e",
        "71e9bce111e9429c",
        "ddd0da4d3e678217",
        "cc7b13ffcd2ddd51",
        "0545b0627da60a5f",  # extensions of IIS
        "d127efab8a9c114f",  # AntiXSS
    ]
)
"""Public key tokens of assemblies that Microsoft signs."""


class TypeName(NamedTuple):
    """A type, its assembly (``""`` if none is named), and its public key token in lower case."""

    name: str
    assembly: str
    token: str | None

    @property
    def claims_microsoft(self) -> bool:
        """Return True if the name of the type is one of the framework or of Exchange."""
        return _is_own(self.name)

    @property
    def is_microsoft(self) -> bool:
        """Return True if type and assembly have names of Microsoft and no foreign signature."""
        named = self.claims_microsoft and (not self.assembly or _is_own(self.assembly))
        is_signed = self.token in MICROSOFT_TOKENS or (self.assembly.lower(), self.token) in _OTHERS
        return named and (self.token is None or is_signed)


def read_type(text: str) -> TypeName:
    """Parse ``Name.Space.Type, Assembly, Version=…, PublicKeyToken=…``."""
    text = text[:_LONGEST]
    name, _, rest = text.partition(",")
    token = _TOKEN.search(rest)
    return TypeName(name.strip(), rest.partition(",")[0].strip(), token[1].lower() if token else None)


def _is_own(name: str) -> bool:
    return name.lower().partition(".")[0] in _OWN_NAMES

"""SOAP messages that a client of .NET wrote to a file: a page whose first text is the envelope.

A proxy class of .NET whose address is a file writes its request there (SOAPwn): whoever chooses the address and a text
of the message plants a page. The server runs the code in it as it stands.

Source: https://i.blackhat.com/BH-EU-25/eu-25-Bazydlo-SOAPwn-wp.pdf; System.Web.Services, SoapHttpClientProtocol.
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.carriers.part import CarriedPart
from webshellhunt.decoding.server_tags import has_server_tags
from webshellhunt.lazy_pattern import lazy_pattern

CARRIER = "SOAP message"
_ENVELOPE = lazy_pattern(
    rb'<\?xml version="1\.0" encoding="utf-8"\?>\s*<soap(?:12)?:Envelope xmlns:soap(?:12)?="[^"]{1,100}"'
    rb' xmlns:xsi="[^"]{1,100}" xmlns:xsd="[^"]{1,100}"'
)
_RAZOR = (b"@{", b"@(")
_LOOKED_AT = 4 * 1024 * 1024


def begins_envelope(data: bytes) -> bool:
    """Return True if bytes begin as a client of .NET writes a message."""
    return _ENVELOPE.match(data.removeprefix(b"\xef\xbb\xbf")[:1024]) is not None


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield the message if it has server code."""
    text = data[:_LOOKED_AT]
    if begins_envelope(data) and (has_server_tags(text) or any(mark in text for mark in _RAZOR)):
        yield CarriedPart(CARRIER, "message", text, 0, len(text), executes=True)

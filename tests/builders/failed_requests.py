"""Traces of failed requests, as IIS writes them."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from tests.builders.inert import live


def failed_request(url: str, *, verb: str = "POST", status: int = 500, headers: str = "", body: str = "") -> bytes:
    """Return a trace of a request."""
    events = "".join(
        f'<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><EventData><Data Name="{name}">'
        f'{escape(live(text))}</Data></EventData><RenderingInfo Culture="en-US"><Opcode>{opcode}</Opcode>'
        "</RenderingInfo></Event>"
        for name, opcode, text in (
            ("Headers", "GENERAL_REQUEST_HEADERS", headers),
            ("Buffer", "GENERAL_REQUEST_ENTITY", body),
        )
        if text
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n<?xml-stylesheet type="text/xsl" href="freb.xsl"?>\r\n'
        f'<failedRequest url={quoteattr(live(url))} siteId="1" appPoolId="MSExchangeOWAAppPool" processId="4711" '
        f'verb="{verb}" failureReason="STATUS_CODE" statusCode="{status}" triggerStatusCode="{status}">'
        f"{events}</failedRequest>"
    ).encode()

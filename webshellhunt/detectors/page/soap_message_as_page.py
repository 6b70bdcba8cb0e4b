"""A page is the SOAP message of a client of .NET, with server code in it.

What it finds:
    A file that the server executes, which begins as ``SoapHttpClientProtocol`` of .NET writes a message: the XML
    declaration and the envelope with its three namespaces in their order, and which has server code.

Why it matters:
    A proxy class of .NET whose address is a file writes its message there (SOAPwn). Whoever chooses the address and a
    text of the message plants a page through an application that never meant to write files.

Looks like:
    ``<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap=…>`` at the start of ``x.aspx``.

Benign look-alikes:
    A page that answers with SOAP begins with its directive, and its author hardly keeps the order of the namespaces.

Blind spots:
    Messages of other clients; a page that was moved into another file afterwards.

References:
    https://i.blackhat.com/BH-EU-25/eu-25-Bazydlo-SOAPwn-wp.pdf
    https://learn.microsoft.com/en-us/dotnet/api/system.web.services.protocols.soaphttpclientprotocol
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH2013", "high", "medium", "T1190", "T1505.003")
_ENVELOPE = lazy_pattern(
    r'\ufeff?<\?xml version="1\.0" encoding="utf-8"\?>\s*<soap(?:12)?:Envelope'
    r' xmlns:soap(?:12)?="[^"]{1,100}" xmlns:xsi="[^"]{1,100}" xmlns:xsd="[^"]{1,100}"'
)


@detector(RULE, on=Sample, prefilter=lambda sample: sample.nature.executable)
def find(sample: Sample) -> Findings:
    """Report a file that the server executes, has code, and begins as a message of .NET."""
    if not sample.nature.executable or not sample.layers:
        return
    text = sample.layers[0]
    if _ENVELOPE.match(text.text) is not None and any(layer.has_code for layer in sample.layers):
        message = (
            "a SOAP message with server code was written as a page, as a client of .NET does whose address is a file"
        )
        yield claim(RULE, message, text.evidence(0, 60))

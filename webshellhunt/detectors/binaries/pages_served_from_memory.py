r"""A library answers for pages that lie in no file.

What it finds:
    A virtual path provider in a .NET assembly whose virtual files return pages from memory: text that is decoded,
    decrypted, taken from the request or the network, or a constant with server code.

Why it matters:
    ASP.NET compiles and runs such a page as if it were a file. No scan of files sees it. GhostContainer served its
    tunnel this way.

Looks like:
    A class derived from ``VirtualPathProvider``, and a ``VirtualFile`` whose ``Open`` returns a ``MemoryStream``.

Benign look-alikes:
    Frameworks that serve embedded resources, and content management systems that keep pages in a database. Neither
    counts.

Blind spots:
    Pages from a database or a resource; providers in assemblies above 2 MiB.

References:
    https://securelist.com/ghostcontainer/116953/
    https://learn.microsoft.com/dotnet/api/system.web.hosting.virtualpathprovider
"""

from webshellhunt.analysis.compiled import compiled_code, labels_of, texts_of
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.binaries.strong_name import verified_publisher
from webshellhunt.detectors.compiled_claims import claim_entry, known_signer, whole_file
from webshellhunt.detectors.contract import Findings, define_rule, detector
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5009", "high", "medium", "T1505.004", "T1027.011")
_ORIGINS = {
    "request": "of the request",
    "network": "from the network",
    "registry": "from the registry",
    "decrypted": "that it decrypts",
    "decoded": "that it decodes from a text",
}
_ORDINARY = frozenset({"resource", "database", "file"})


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report the first virtual file with a page from memory."""
    if verified_publisher(sample.data, assembly.public_key) is not None:
        return
    for entry, page in compiled_code(assembly).pages:
        labels, texts = labels_of(page), texts_of(page)
        origin = next((words for label, words in _ORIGINS.items() if label in labels), None)
        if origin is None and any("<%" in text or "runat" in text.lower() for text in texts):
            origin = "that it has as a text"
        if origin is None or labels & _ORDINARY or known_signer(assembly, sample.data) is not None:
            continue
        yield claim_entry(RULE, entry, f"returns a page from memory {origin}", whole_file(sample))
        return

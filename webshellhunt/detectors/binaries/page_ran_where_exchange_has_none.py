r"""A page ran in a folder of Exchange in which Exchange has no page.

What it finds:
    A remnant of a compiled page, a ``.compiled`` file or an assembly, with the address or the hash of a folder below an
    application of Exchange in which no build of Exchange has a server page.

Why it matters:
    A path provider in memory answers requests for pages of which no file ever lay on the disk (GhostContainer,
    NightEagle); ASP.NET compiles such a page as any other. A page that was planted and deleted leaves the same.

Looks like:
    ``Temporary ASP.NET Files\owa\<8 hex>\<8 hex>\App_Web_x.aspx.<hash>.<8 characters>.dll``, the hash that of
    ``~/auth/lang``.

Benign look-alikes:
    Pages that a third party put into an application of Exchange. Services (``.svc``), which may be in the configuration
    alone, are left out.

Blind spots:
    Pages in folders in which Exchange has pages, too: ``deleted-page-that-ran`` reports them. An assembly of several
    pages, whose name has no hash. Other sites.

References:
    https://securelist.com/ghostcontainer/116953/
"""

from functools import lru_cache

from webshellhunt.binaries.compiled_pages import application_folder, directory_hash, read_name
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.exchange_names import EXCHANGE_APPLICATIONS, USUAL_DIRECTORIES, expected_directories
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5020", "medium", "high")
_MADE = (".compiled", ".dll", ".dll.delete")
_WITHOUT_FILE = (".svc", ".asax")


def _is_made(sample: Sample) -> bool:
    return sample.artifact.name.lower().endswith(_MADE)


@detector(RULE, on=Sample, prefilter=_is_made)
def find(sample: Sample) -> Findings:
    """Report a remnant of a page in a folder of Exchange without pages."""
    application = application_folder(sample.artifact.path)
    known = read_name(sample.artifact.name.lower()) if application in EXCHANGE_APPLICATIONS else None
    if application is None or known is None or known.page.endswith(_WITHOUT_FILE):
        return
    if known.directory_hash not in _hashes(application):
        message = f"a page {known.page} ran in a folder of /{application} in which no Exchange has a page"
        facts = {"application": application, "page": known.page, "directory_hash": known.directory_hash}
        yield claim(RULE, message, sample.raw_evidence(0, 1), facts=facts)


@lru_cache(maxsize=32)
def _hashes(application: str) -> frozenset[str]:
    """Return the hashes of the folders of an application in which Exchange has pages, or browsers ask for files."""
    folders = (*USUAL_DIRECTORIES, *expected_directories(application))
    return frozenset(directory_hash("/".join(filter(None, ("~", each)))) for each in folders)

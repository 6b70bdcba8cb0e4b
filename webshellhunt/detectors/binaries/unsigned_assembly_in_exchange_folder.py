r"""A library without a verified signature lies in a folder of Exchange.

What it finds:
    A .NET assembly in a folder to which only the setup of Exchange writes libraries (``bin`` of its web applications,
    its own ``Bin``, the folders of transport agents), without a valid signature of Microsoft or of a known product. It
    weighs more if it has a method that the server calls, most if ASP.NET calls it without any configuration.

Why it matters:
    All libraries of Exchange are signed. One in ``owa\bin`` with ``PreApplicationStartMethod`` runs at each start of
    the application, sees each sign-in, and no configuration names it.

Looks like:
    ``FrontEnd\HttpProxy\owa\bin\x.dll`` that nobody signed.

Benign look-alikes:
    Libraries that other products put into Exchange's folders: agents of mail security, modules for a second factor. One
    with the name of a known product weighs less, and is not proven by that.

Blind spots:
    Native libraries; assemblies above 2 MiB.

References:
    https://learn.microsoft.com/dotnet/api/system.web.preapplicationstartmethodattribute
"""

from webshellhunt.analysis.compiled import READER, START, EntryPoint, compiled_code
from webshellhunt.binaries.compiled_pages import is_page_assembly_name
from webshellhunt.binaries.dotnet import Assembly
from webshellhunt.detectors.compiled_claims import claim_entry, is_in_folder_of_exchange, known_signer, whole_file
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.products import find_product
from webshellhunt.model.rules import Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH5016", "high", "medium", "T1505.004", "T1036.005", is_of_place=True)
_UNSIGNED = "nobody known signed this library, and it lies in a folder of Exchange"


@detector(RULE, on=Assembly)
def find(assembly: Assembly, sample: Sample) -> Findings:
    """Report an assembly by its place, its signature and its entry points."""
    artifact = sample.artifact
    if not is_in_folder_of_exchange(artifact.path) or is_page_assembly_name(artifact.name):
        return
    if known_signer(assembly, sample.data) is not None:
        return
    product = next(filter(None, (find_product(kind, assembly.name) for kind in ("assembly", "transport_agent"))), None)
    entries = sorted((each for each in compiled_code(assembly).entries if each.when != READER), key=_rank)
    facts = {"assembly": assembly.name, "version": assembly.version}
    evidence = whole_file(sample)
    if product is not None:
        words = f"{_UNSIGNED}; its name is that of {product.name}"
        yield claim(RULE, words, evidence, severity=Severity.LOW, facts=facts)
    elif entries:
        yield claim_entry(RULE, entries[0], f"runs here: {_UNSIGNED}", evidence, facts=facts)
    else:
        yield claim(RULE, _UNSIGNED, evidence, severity=Severity.MEDIUM, facts=facts)


def _rank(entry: EntryPoint) -> bool:
    return entry.when != START or "configuration" not in entry.words

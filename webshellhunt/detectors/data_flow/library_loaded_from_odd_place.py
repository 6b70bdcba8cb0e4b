r"""Code loads a library from a place where no library of an application lies.

What it finds:
    A load of an assembly (``LoadFrom``, ``LoadFile``, ``UnsafeLoadFrom``, ``Load`` of the bytes of a file,
    ``CreateInstanceFrom``) whose constant path is in a folder in which everybody may write, on another machine, or in a
    web folder for data and uploads, or whose file has the extension of a picture, a text or a log.

Why it matters:
    One line in ``Global.asax``, in ``App_Code`` or in a page that Exchange ships runs the intruder's library at each
    start of the application, after each update. The line itself has no act of a shell.

Looks like:
    ``Assembly.LoadFrom(@"C:\Windows\Temp\a.dll")`` in ``Application_Start``.

Benign look-alikes:
    Plug-in systems load from a folder of their own, such as ``~/Plugins``, or from Program Files.

Blind spots:
    A path that the code reads from a file, a database or the registry; a library in an ordinary folder.

References:
    https://learn.microsoft.com/en-us/dotnet/api/system.reflection.assembly.loadfrom
"""

from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.knowledge.odd_folders import odd_place
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1060", "high", "medium", "T1620", "T1505.003")
_DISGUISED = lazy_pattern(r"\.(?:txt|log|dat|tmp|png|jpe?g|gif|ico|bmp|css|js|json|xml|cer|pdf|zip|bak)\Z")
_DATA = lazy_pattern(
    r"(?:^|[\\/])(?:app_data|uploads?|userfiles|images|img|temp|tmp)[\\/](?:[^\\/]+[\\/])*[^\\/]+\.dll\Z"
)
_PATH = lazy_pattern(r"(?:[a-z]:|%\w|~|\\\\|//|\.{0,2}[\\/])", 2)


@detector(RULE, on=Code, needs=[uses_of("loads-assembly")])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first load from an odd place."""
    analysis = code.analysis
    for use in analysis.uses.get("loads-assembly", ()):
        for constant in analysis.given_texts.of_call(use.place):
            words = _odd(constant.value)
            if words:
                message = f"the page loads a library from {words}: {constant.value}"
                yield claim(RULE, message, layer.place_evidence(code, use.place), facts={"library": constant.value})
                return


def _odd(text: str) -> str:
    """Return the odd place of a path, or the disguise of its file; empty for any other text."""
    path = text.strip().lower()
    if _PATH.match(path) is None:
        return ""
    place = odd_place(path)
    if place is not None:
        return place.words
    if _DISGUISED.search(path) is not None:
        return "a file that has not the extension of a library"
    return "a web folder for data" if _DATA.search(path) is not None else ""

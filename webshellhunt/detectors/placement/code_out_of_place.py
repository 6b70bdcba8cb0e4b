"""Server-side code lies in a folder for static files.

What it finds:
    A file that the server executes in ``aspnet_client``, in the themes, scripts or version folders of the sign-in
    pages, or in a folder for temporary or public files.

Why it matters:
    These folders contain scripts and pictures for browsers. Intruders use them because they are reachable without
    signing in.

Looks like:
    Any ``.aspx``, ``.ashx``, ``.asp`` there, with any content.

Benign look-alikes:
    A redirect page of an administrator in the root of ``aspnet_client``; installers that unpack a site into a
    temporary folder.

Blind spots:
    A folder that the configuration maps elsewhere.
"""

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector, runs_on_server
from webshellhunt.knowledge.exchange_names import STATIC_FOLDERS
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import Role
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6001", "medium", "medium", is_of_place=True)


@detector(RULE, on=Sample, prefilter=runs_on_server)
def find(sample: Sample) -> Findings:
    """Report an executable file in a folder for static files."""
    if not sample.is_page or not sample.data.strip():
        return
    place = _place(sample)
    if place is not None:
        evidence = Evidence(sample.artifact.path, "raw", Span(0, 0), 1, 1, "")
        yield claim(RULE, f"a file that the server executes lies {place}", evidence)


def _place(sample: Sample) -> str | None:
    """Return the kind of folder in words if no code belongs into it, else ``None``."""
    role = sample.artifact.role
    if role == Role.ASPNET_CLIENT:
        return "in aspnet_client, which is for browser scripts"
    if role in (Role.OWA_AUTH, Role.ECP_AUTH):
        folders = sample.artifact.path.lower().replace("\\", "/").split("/")[:-1]
        below = folders[len(folders) - folders[::-1].index("auth") :] if "auth" in folders else ()
        if any(part in STATIC_FOLDERS or part.replace(".", "").isdigit() for part in below):
            return "in a folder for pictures and styles of the sign-in pages"
    if role == Role.DROP:
        return "in a folder for temporary, public or program data"
    return None

"""Server-side names that Exchange's setup puts into its directories, over many builds.

Source: Microsoft's file lists of 131 builds (CSS-Exchange), normalised.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.places import Role

EXPECTED: Mapping[Role, frozenset[str]] = {
    Role.OWA_AUTH: frozenset(
        {
            "errorfe.aspx", "expiredpassword.aspx", "frowny.aspx", "logoff.aspx", "logon.aspx", "outlookcn.aspx",
            "redirsuiteserviceproxy.aspx", "signout.aspx", "svmfeedback.aspx", "error.aspx", "error2.aspx",
        }
    ),
    Role.ECP_AUTH: frozenset({"timeoutlogout.aspx"}),
}  # fmt: skip

EXCHANGE_APPLICATIONS = frozenset(
    {
        "api", "autodiscover", "ecp", "ews", "exchange", "exchweb", "mapi", "microsoft-server-activesync", "oab", "owa",
        "powershell", "public", "pushnotifications", "rpc", "rpcwithcert",
    }
)  # fmt: skip
"""First segments of the addresses that Exchange's setup creates, in lower case."""

_INSTALL = "C:\\Program Files\\Microsoft\\Exchange Server\\V15\\FrontEnd\\HttpProxy\\"
_WEB_ROOT = "C:\\inetpub\\wwwroot\\"
_LAYOUTS = "C:\\Program Files\\Common Files\\microsoft shared\\Web Server Extensions\\16\\TEMPLATE\\LAYOUTS\\"
_OWN_NAMES = EXCHANGE_APPLICATIONS - {"api", "exchange", "public"}  # which other sites have, too
_OF_SETUP = EXCHANGE_APPLICATIONS | {"aspnet_client", "_layouts"}

STATIC_FOLDERS = frozenset({"current", "current2", "themes", "scripts", "resources", "fonts", "images", "styles"})
"""Folders below Exchange's sign-in pages that contain files for browsers and no page, in lower case."""

USUAL_DIRECTORIES = (
    "", "auth", "aspnet_client", "aspnet_client/system_web", "auth/current", "auth/current/scripts",
    "auth/current/themes", "auth/current/themes/resources",
)  # fmt: skip
"""Folders of an application of Exchange, relative to it, in which pages of intruders were found, too."""

_OF_MAILBOXES = frozenset({"owa", "ecp"})
_HOMES = frozenset({"httpproxy", "clientaccess"})
_SERVED = lazy_pattern(r"\\(?:frontend\\httpproxy|clientaccess|inetpub\\wwwroot)\\(.+)\Z")
_BUILD = lazy_pattern(r"\d+(?:\.\d+){2,3}|current\d?")


def is_expected_page(virtual_path: str) -> bool:
    """Return True if Exchange ships a page at an address, ``/owa/auth/logon.aspx``, in any known build.

    The mailbox of another user may be in it: ``/ecp/user@example.com/default.aspx``.
    """
    names = virtual_path.lower().strip("/").split("/")
    if len(names) > 2 and names[0] in _OF_MAILBOXES and "@" in names[1]:
        del names[1]
    directory = "/".join("version" if _BUILD.fullmatch(name) else name for name in names[:-1])
    return names[-1] in _pages().get(directory, frozenset())


def is_of_setup(address: str) -> bool:
    """Return True if the first name of an address is that of a directory to which only setup writes pages."""
    return address.lower().strip("/").partition("/")[0] in _OF_SETUP


def usual_path(address: str) -> str:
    r"""Return the path that a page has on a server with the default directories, ``C:\inetpub\wwwroot\x.aspx``.

    It names a directory, and says nothing about a server: use it where no configuration is known.
    """
    names = address.strip("/").split("/")
    first = names[0].lower()
    if first == "_layouts":
        names = names[2:] if names[1:2] and names[1].isdigit() else names[1:]
    above = _LAYOUTS if first == "_layouts" else _INSTALL if first in _OWN_NAMES else _WEB_ROOT
    return above + "\\".join(names)


def usual_address(path: str) -> str | None:
    r"""Return the address, in lower case, of a page in a default directory, ``C:\inetpub\wwwroot\x.aspx``."""
    found = _SERVED.search(path.lower())
    return None if found is None else "/" + found[1].replace("\\", "/")


def is_shipped_at(path: str) -> bool:
    r"""Return True if Exchange ships a page at a path on the server, ``…\FrontEnd\HttpProxy\owa\auth\logon.aspx``."""
    names = path.lower().replace("\\", "/").strip("/").split("/")
    above = max((at for at, name in enumerate(names) if name in _HOMES), default=-1)
    tops = {directory.partition("/")[0] for directory in _pages()}
    first = next((at for at, name in enumerate(names[above + 1 :], above + 1) if name in tops), None)
    return first is not None and is_expected_page("/".join(names[first:]))


def expected_directories(application: str) -> tuple[str, ...]:
    """Return the directories with pages below an application of Exchange (``owa``), relative to it."""
    above = f"{application.lower()}/"
    return tuple(directory.removeprefix(above) for directory in _pages() if directory.startswith(above))


def iter_page_addresses() -> Iterator[str]:
    """Yield the addresses of the pages of Exchange, ``/owa/auth/logon.aspx``, without those below a build."""
    for directory, names in _pages().items():
        if "version" not in directory.split("/"):
            yield from (f"/{directory}/{name}" for name in sorted(names) if name.endswith(".aspx"))


@lru_cache(maxsize=1)
def _pages() -> Mapping[str, frozenset[str]]:
    text = Path(__file__).with_name("exchange_pages.txt").read_text(encoding="utf-8")
    lines = (line.partition(": ") for line in text.splitlines() if not line.startswith("#"))
    return {directory: frozenset(names.split()) for directory, _, names in lines}


def nearest(name: str, role: Role) -> str | None:
    """Return the nearest expected name within two edits, which a name imitates; ``None`` if there is none."""
    expected = EXPECTED.get(role, frozenset())
    if name in expected:
        return None
    edits, good = min(((_edits(name, good), good) for good in expected), default=(3, ""))
    return good if edits <= 2 else None


def _edits(left: str, right: str) -> int:
    """Return the Levenshtein distance, at most 3."""
    if abs(len(left) - len(right)) > 2:
        return 3
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return min(row[-1], 3)

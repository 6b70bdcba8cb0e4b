"""Web folders: directories that a server serves, by the usual paths, for logs that name a path only."""

from webshellhunt.lazy_pattern import lazy_pattern

LONGEST_PATH = 2_048
_PAGES = frozenset(
    {"aspx", "ashx", "asmx", "ascx", "asp", "asa", "asax", "svc", "soap", "cshtml", "vbhtml", "php", "phtml", "xamlx"}
)
COMMON_NAMES = frozenset(
    {
        "default.aspx", "default.asp", "default.htm", "index.asp", "index.aspx", "index.html", "index.php",
        "global.asax", "global.asa", "login.aspx", "login.asp", "logon.aspx", "error.aspx", "web.config",
        "applicationhost.config", "machine.config",
    }
)  # fmt: skip
"""Names that files of unrelated sites have in common, in lower case."""

_SETUP = lazy_pattern(
    r"(?i)\\(?:frontend|clientaccess)\\|\\httpproxy\\|\\inetpub\\wwwroot\\aspnet_client\\|\\aspnet_client\\|"
    r"\\web server extensions\\\d\d\\template\\layouts\\"
)
_SERVED = lazy_pattern(r"(?i)\\inetpub\\(?!temp\\|logs\\|history\\|custerr\\|ftproot\\)|\\wwwroot\\|\\htdocs\\")
_OWN_SHARE = lazy_pattern(r"(?i)\\\\(?:127\.0\.0\.1|localhost|\.|::1|\?|0\.0\.0\.0)\\([a-z])\$\\")
_SHARE = lazy_pattern(r"(?i)\\\\([\w.-]{1,255})\\([a-z])\$\\")
_TEMPORARY = "\\temporary asp.net files\\"


def is_page_name(path: str) -> bool:
    """Return True if a path ends with the name of a page that a server runs."""
    name = path.strip().strip("\"'").replace("/", "\\").rpartition("\\")[2].rstrip(". ").partition("::")[0]
    stem, dot, extension = name.rpartition(".")
    return bool(dot and stem) and extension.lower() in _PAGES


def is_in_setup_folder(path: str) -> bool:
    """Return True if a path is in a directory to which only the setup of Exchange or SharePoint writes pages."""
    return _SETUP.search(_plain(path)) is not None and _TEMPORARY not in path.lower()


def is_in_web_folder(path: str) -> bool:
    """Return True if a path is in a directory that is usually served."""
    return is_in_setup_folder(path) or _SERVED.search(_plain(path)) is not None


def local_path(path: str, computer: str = "") -> str:
    r"""Return a path on this machine for an administrative share of it (``\\127.0.0.1\c$\x``); others as they are."""
    text = _plain(path)
    own = _OWN_SHARE.match(text)
    if own is not None:
        return f"{own[1].upper()}:\\{text[own.end() :]}"
    share = _SHARE.match(text)
    if share is not None and computer and share[1].lower().partition(".")[0] == computer.lower().partition(".")[0]:
        return f"{share[2].upper()}:\\{text[share.end() :]}"
    return text


def _plain(path: str) -> str:
    return path[:LONGEST_PATH].strip().strip("\"'").replace("/", "\\")

"""The stated origin of a PE image, read from its bytes without its tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.binaries.pe import is_image
from webshellhunt.lazy_pattern import lazy_pattern

_VERSION_INFO: Final = "VS_VERSION_INFO".encode("utf-16-le")
_VERSION_BYTES: Final = 16 * 1024
_LONGEST_VALUE: Final = 128
_DEBUG_MARK: Final = b"RSDS"
_DEBUG_HEADER: Final = 24
_LONGEST_PATH: Final = 260
_MOST_MARKS: Final = 16
_CRAWLERS: Final = (
    "360spider", "baiduspider", "bingbot", "bytespider", "googlebot", "sogou web spider", "sosospider", "yandexbot",
    "yisouspider",
)  # fmt: skip
_ENOUGH_CRAWLERS: Final = 4
_FEWEST_CRAWLERS: Final = 2
_ENGINES: Final = ("google.", "baidu.", "bing.", "yahoo.", "sogou.", "yandex.", "so.com", "duckduckgo.")
_FEWEST_ENGINES: Final = 2
_ADDRESS_WITH_SITE: Final = lazy_pattern(rb"https?://[\w.%s:/-]{1,200}\?[\w%&=-]{0,60}=%(?:s|[1-9]!)")


class Origin(NamedTuple):
    """The stated origin of an image.

    ``versioned`` is true if it has version information; ``company`` and ``debug_path`` are ``None`` if it does not
    contain them.
    """

    versioned: bool = False
    company: str | None = None
    debug_path: str | None = None


def read_origin(data: bytes) -> Origin | None:
    """Return the stated origin of an image, or ``None`` for other files."""
    if not is_image(data):
        return None
    at = data.find(_VERSION_INFO)
    information = b"" if at < 0 else data[at : at + _VERSION_BYTES]
    return Origin(at >= 0, _value(information, "CompanyName"), _debug_path(data))


def iter_kinship(data: bytes) -> Iterator[str]:
    """Yield the similarities of a library with modules that intruders used, as text; rules name the families."""
    text = data.lower()
    if sum(_contains(text, name) for name in _CRAWLERS) >= _ENOUGH_CRAWLERS:
        yield "it names the crawlers of search engines"
    if b"clrcreateinstance" in text:
        yield "it loads .NET code into the worker process"
    if b"popen() failed" in text or b"popen failed" in text:
        yield "it runs commands and reads what they print"


def fraud_words(data: bytes) -> str | None:
    """Return the words of search engine fraud in a library, as text; ``None`` if it only names crawlers, or none."""
    text = data.lower()
    crawlers = [name for name in _CRAWLERS if _contains(text, name)]
    if len(crawlers) < _FEWEST_CRAWLERS:
        return None
    engines = [name for name in _ENGINES if _contains(text, name)]
    if _contains(text, "referer") and len(engines) >= _FEWEST_ENGINES:
        other = "it looks for search engines in the referrer of a visitor"
    else:
        found = _ADDRESS_WITH_SITE.search(text) or _ADDRESS_WITH_SITE.search(text.replace(b"\0", b""))
        if found is None:
            return None
        other = f"it tells an address about the site ({found[0][:_LONGEST_VALUE].decode('ascii', 'replace')})"
    return f"it names {', '.join(crawlers[:_ENOUGH_CRAWLERS])}, and {other}"


def _contains(text: bytes, word: str) -> bool:
    return word.encode("ascii") in text or word.encode("utf-16-le") in text


def _value(information: bytes, name: str) -> str | None:
    """Return a text of the version information.

    Source: VS_VERSIONINFO, String: the name, its end, padding to four bytes, the value, its end.
    """
    key = name.encode("utf-16-le") + b"\0\0"
    at = information.find(key)
    if at < 0:
        return None
    raw = information[at + len(key) : at + len(key) + 2 * _LONGEST_VALUE + 2]
    if raw[:2] == b"\0\0":
        raw = raw[2:]
    text = raw[: len(raw) & ~1].decode("utf-16-le", "replace").partition("\0")[0].strip()
    return text or None


def _debug_path(data: bytes) -> str | None:
    at = -1
    for _ in range(_MOST_MARKS):
        at = data.find(_DEBUG_MARK, at + 1)
        if at < 0:
            return None
        raw = data[at + _DEBUG_HEADER : at + _DEBUG_HEADER + _LONGEST_PATH].partition(b"\0")[0]
        path = raw.decode("utf-8", "replace")
        if path.lower().endswith(".pdb") and path.isprintable():
            return path
    return None

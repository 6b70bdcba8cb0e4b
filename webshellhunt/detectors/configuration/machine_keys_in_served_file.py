r"""A file that the server sends to anybody contains machine keys.

What it finds:
    Two keys in hexadecimal with the algorithm between or after them, a ``machineKey`` element, or both keys by their
    names, in a file that the server only sends: a script, a style sheet, a text. Also in UTF-16, as PowerShell writes
    it, with a dash or a space after each byte, and in base64. Two bare keys alone and copies of a ``web.config`` as
    text are questions.

Why it matters:
    With the keys anybody forges a view state that the server runs, also after the update and after all web shells are
    removed. A page of the intruder wrote them there to be fetched later, without a sign-in. Rotate the keys.

Looks like:
    ``…|HMACSHA256|…|Auto|Framework45`` in ``debug_dev.js`` (ToolShell).

Benign look-alikes:
    Documents that show an example: longer texts, samples of configuration by their name, and keys that are public are
    left out. So are sources (``.cs``) and folders (``App_Data``) that the server refuses to send.

Blind spots:
    Keys that are encrypted or in an archive, a single key without its name, and a refused name that was allowed again.

References:
    https://unit42.paloaltonetworks.com/microsoft-sharepoint-cve-2025-49704-cve-2025-49706-cve-2025-53770/
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.machinekeysection
"""

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.iis.urls import is_refused
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Secret
from webshellhunt.model.rules import Remedy, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH4091", "high", "medium", "T1552.001", "T1505.003", remedy=Remedy.STATED)
_KEY = rb"(?<![0-9a-f])([0-9a-f]{40,128})(?![0-9a-f])"
_OTHER = rb"(?<![0-9a-f])([0-9a-f]{32,128})(?![0-9a-f])"
_SIGNING = rb"hmacsha(?:256|384|512)"
_NAMED = rb"(?:validation|decryption)(?:[_ -]?key)?[^0-9a-z\r\n]{1,12}"
_DUMPS = tuple(
    (words, lazy_pattern(pattern))
    for words, pattern in (
        (
            (b"hmacsha",),
            _KEY + rb"[^0-9a-z]{1,12}(?:validation[^0-9a-z]{1,8})?" + _SIGNING
            + rb"[^0-9a-z]{1,12}(?:decryption[_ -]?key[^0-9a-z]{1,8})?" + _OTHER,
        ),
        (
            (b"hmacsha",),
            _KEY + rb"[^0-9a-z]{1,12}" + _OTHER + rb"[^0-9a-z]{1,12}(?:validation[^0-9a-z]{1,8})?" + _SIGNING,
        ),
        ((b"sha1", b"md5"), _KEY + rb"([^0-9a-z\r\n]{1,3})(?:sha1|md5)\2" + _OTHER),
        ((b"aes", b"3des", b"tripledes"), _KEY + rb"([^0-9a-z]{1,3})(?:aes|3des|tripledes)\2" + _OTHER),
        ((b"decryption",), _NAMED + _KEY + rb"[^<>]{1,200}?" + _NAMED + _OTHER),
        ((b"<machinekey",), rb"<machinekey\s[^<>]{0,400}?" + _NAMED + _KEY),
    )
)  # fmt: skip
"""Words of which one is in the text, and the pattern of the keys."""
_WORDS = tuple(word for words, _ in _DUMPS for word in words)
_BARE = lazy_pattern(rb"\W{0,8}(?:[0-9a-f]{128}\W{1,4}[0-9a-f]{64}|[0-9a-f]{40,128}\W{1,4}[0-9a-f]{48})\W{0,8}")
_LONGEST_BARE = 1024
_LONG = lazy_pattern(rb"(?<![0-9a-f])[0-9a-f]{40}")
_SPACED = lazy_pattern(rb"(?<![0-9a-f])[0-9a-f]{2}([ -])[0-9a-f]{2}(?:\1[0-9a-f]{2}){18,126}(?![0-9a-f])")
_LONGEST_SPACED = 64 * 1024
_BASE64 = lazy_pattern(rb"[A-Za-z0-9+/]{160,4000}={0,2}")
_LONGEST_ENCODED = 16 * 1024
_DIGITS = lazy_pattern(rb"[0-9a-f]{32,128}")
_SHOWN_DIGITS = lazy_pattern(r"(?i)[0-9a-f]{16,128}")
_EXAMPLE = lazy_pattern(r"(?i)sample|example|readme|template|default")
_SETTINGS = lazy_pattern(r"(?i)config|settings")
_COPY = lazy_pattern(r"(?i)web\.config.*\.(?:txt|html?|xml)")
_DOCUMENTS = frozenset({"htm", "html", "md", "txt", "xml", "rtf", "xhtml", "shtml"})
_CODE = frozenset(
    {"js", "mjs", "css", "map", "png", "gif", "jpg", "jpeg", "ico", "svg", "bmp", "webp", "woff", "woff2"}
)
_SENTENCE = lazy_pattern(rb"[a-z]{3,20} [a-z]{2,20} [a-z]{2,20}")
_MOST_SENTENCES = 25
_LEAST_DIGITS = 4
_LONGEST = 8 * 1024 * 1024
_MOST = 20


class _Dump(NamedTuple):
    """Keys, with the text in which they are and the range of it, and how much they say."""

    text: bytes
    start: int
    end: int
    severity: Severity = RULE.severity

    @property
    def keys(self) -> list[str]:
        """Return the keys in upper case."""
        return [key[0].decode("ascii").upper() for key in _DIGITS.finditer(self.text, self.start, self.end)]


def _may_have_keys(sample: Sample) -> bool:
    """Return True for a text that is only sent, and has keys."""
    return _find_dump(sample) is not None


@detector(RULE, on=Sample, prefilter=_may_have_keys)
def find(sample: Sample) -> Findings:
    """Report the first pair of keys in a served file."""
    found = _find_dump(sample)
    if found is None or (sample.extension in _DOCUMENTS and _is_document(found.text)):
        return
    keys = dict(zip(("validation_key", "decryption_key"), found.keys, strict=False))
    undo = "Keep this file as evidence, take it off the server, and replace the machine keys of all servers"
    message = "it contains machine keys, and the server sends it to anybody: a reader can forge view state and run code"
    yield claim(RULE, message, _evidence(sample, found), severity=found.severity, facts={**keys, "undo": undo})


def _find_dump(sample: Sample) -> _Dump | None:
    """Return the first keys of a file that is only sent."""
    names = re.split(r"[\\/]", sample.artifact.path)
    if sample.nature.executable or not sample.is_text or is_refused(names):
        return None
    found = next((found for text in _texts(sample) for found in _dumped(text)), None)
    if found is None:
        return None
    name = sample.artifact.name
    is_copy = _COPY.fullmatch(name) is not None
    is_example = _EXAMPLE.search(name) is not None or (not is_copy and _SETTINGS.search(name) is not None)
    if is_example and sample.extension not in _CODE:
        return None
    return found._replace(severity=Severity.LOW) if is_copy else found


def _texts(sample: Sample) -> Iterator[bytes]:
    """Yield the text in lower case, without the zeros of UTF-16, and its parts in base64."""
    folded = sample.folded[:_LONGEST]
    if b"\0" in folded[:64]:
        folded = folded.replace(b"\0", b"")
    yield folded
    if len(folded) <= _LONGEST_ENCODED:
        for found in islice(_BASE64.finditer(sample.data), _MOST):
            with suppress(ValueError):
                yield b64decode(found[0] + b"==").lower().replace(b"\0", b"")


def _dumped(folded: bytes) -> Iterator[_Dump]:
    """Yield the places with keys that are neither public nor made up, in a text whose bytes are joined."""
    is_short = len(folded) <= _LONGEST_BARE
    if not is_short and not any(map(folded.__contains__, _WORDS)):
        return
    patterns = [pattern for words, pattern in _DUMPS if any(map(folded.__contains__, words))]
    is_dump = len(folded) <= _LONGEST_SPACED
    text = _SPACED.sub(lambda found: found[0].replace(found[1], b""), folded) if is_dump else folded
    bare = _BARE.fullmatch(text) if is_short else None
    places = [_Dump(text, *bare.span(), Severity.LOW)] if bare is not None else []
    if patterns and _LONG.search(text) is not None:
        places += [_Dump(text, *place.span()) for each in patterns for place in islice(each.finditer(text), _MOST)]
    yield from (each for each in places if _are_secret(each.keys))


def _are_secret(keys: list[str]) -> bool:
    from webshellhunt.knowledge.machine_keys import key_digest, published_keys  # here, for a quick start

    return all(len(set(key)) >= _LEAST_DIGITS and key_digest(key) not in published_keys() for key in keys)


def _is_document(folded: bytes) -> bool:
    """Return True for a longer text, as a description with an example has it."""
    return sum(1 for _ in islice(_SENTENCE.finditer(folded), _MOST_SENTENCES)) == _MOST_SENTENCES


def _evidence(sample: Sample, found: _Dump) -> Evidence:
    """Return the evidence, with each key in its excerpt as a secret of the victim."""
    if found.text == sample.folded[:_LONGEST]:
        shown = sample.raw_evidence(found.start, found.end - found.start, before=False)
    else:
        cut = found.text[found.start : found.end][: sample.excerpt_chars]
        shown = replace(sample.raw_evidence(0, len(sample.data), before=False), excerpt=cut.decode("latin-1"))
    digits = _SHOWN_DIGITS.finditer(shown.excerpt)
    return replace(shown, secrets=tuple(Secret(each.start(), each.end(), each[0]) for each in digits))

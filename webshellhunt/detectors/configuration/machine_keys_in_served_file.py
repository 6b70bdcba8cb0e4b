r"""A file that the server sends to anybody contains machine keys.

What it finds:
    Two keys in hexadecimal with the algorithm between or after them, a ``machineKey`` element, or both keys by their
    names, in a file that the server only sends: a script, a style sheet, a text.

Why it matters:
    With the keys anybody forges a view state that the server runs, also after the update and after all web shells are
    removed. A page of the intruder wrote them there to be fetched later, without a sign-in. Rotate the keys.

Looks like:
    ``…|HMACSHA256|…|Auto|Framework45`` in ``debug_dev.js`` (ToolShell).

Benign look-alikes:
    Documents that show an example: longer texts, samples of configuration by their name, and keys that are public are
    left out.

Blind spots:
    Keys in another encoding or encrypted, a single key without its name, keys in a picture or an archive.

References:
    https://unit42.paloaltonetworks.com/microsoft-sharepoint-cve-2025-49704-cve-2025-49706-cve-2025-53770/
    https://learn.microsoft.com/en-us/dotnet/api/system.web.configuration.machinekeysection
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.knowledge.machine_keys import key_digest, published_keys
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Evidence, Finding, Secret
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH4091",
    "machine-keys-in-served-file",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1552.001", "T1505.003"),
)
_WORDS = (b"validationkey", b"validation_key", b"machinekey", b"hmacsha", b"sha1", b"aes", b"3des", b"md5")
_KEY = rb"(?<![0-9a-f])([0-9a-f]{40,128})(?![0-9a-f])"
_OTHER = rb"(?<![0-9a-f])([0-9a-f]{32,128})(?![0-9a-f])"
_SIGNING = rb"hmacsha(?:256|384|512)"
_NAMED = rb"(?:validation|decryption)[_ -]?key[^0-9a-z\r\n]{1,12}"
_DUMPS = tuple(
    lazy_pattern(pattern)
    for pattern in (
        _KEY + rb"[^0-9a-z]{1,12}(?:validation[^0-9a-z]{1,8})?" + _SIGNING
        + rb"[^0-9a-z]{1,12}(?:decryption[_ -]?key[^0-9a-z]{1,8})?" + _OTHER,
        _KEY + rb"([^0-9a-z\r\n]{1,3})(?:sha1|aes|3des|tripledes|md5)\2" + _OTHER,
        _KEY + rb"[^0-9a-z]{1,12}" + _OTHER + rb"[^0-9a-z]{1,12}(?:validation[^0-9a-z]{1,8})?" + _SIGNING,
        _NAMED + _KEY + rb"[^<>]{1,200}?" + _NAMED + _OTHER,
        rb"<machinekey\s[^<>]{0,400}?" + _NAMED + _KEY,
    )
)  # fmt: skip
_LONG = lazy_pattern(rb"(?<![0-9a-f])[0-9a-f]{40}")
_DIGITS = lazy_pattern(rb"[0-9a-f]{32,128}")
_SHOWN_DIGITS = lazy_pattern(r"[0-9a-f]{16,128}", re.IGNORECASE)
_CONFIGURATION = lazy_pattern(r"config|settings|sample|example|readme|template", re.IGNORECASE)
_DOCUMENTS = frozenset({"htm", "html", "md", "txt", "xml", "rtf", "xhtml", "shtml"})
_SENTENCE = lazy_pattern(rb"[a-z]{3,20} [a-z]{2,20} [a-z]{2,20}")
_MOST_SENTENCES = 25
_LEAST_DIGITS = 10
_LONGEST = 8 * 1024 * 1024
_MOST = 20


def _may_have_keys(sample: Sample) -> bool:
    """Return True for a text that is only sent, and has keys."""
    if sample.nature.executable or _CONFIGURATION.search(sample.artifact.name) is not None:
        return False
    folded = sample.folded
    if not any(word in folded for word in _WORDS) or _LONG.search(folded, 0, _LONGEST) is None:
        return False
    return sample.is_text and next(_dumped(folded[:_LONGEST]), None) is not None


@detector(RULE, on=Sample, prefilter=_may_have_keys)
def find(sample: Sample) -> Iterator[Finding]:
    """Report the first pair of keys in a served file."""
    if not _may_have_keys(sample):
        return
    found = next(_dumped(sample.folded[:_LONGEST]), None)
    if found is None or (sample.extension in _DOCUMENTS and _is_document(sample.folded)):
        return
    keys = dict(zip(("validation_key", "decryption_key"), _keys(found), strict=False))
    message = "it contains machine keys, and the server sends it to anybody: a reader can forge view state and run code"
    yield claim(RULE, message, _evidence(sample, found), facts=keys)


def _dumped(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield the places with keys that are neither public nor made up."""
    for pattern in _DUMPS:
        for found in islice(pattern.finditer(data), _MOST):
            keys = _keys(found)
            if all(len(set(key)) >= _LEAST_DIGITS and key_digest(key) not in published_keys() for key in keys):
                yield found


def _keys(found: re.Match[bytes]) -> list[str]:
    return [key[0].decode("ascii").upper() for key in _DIGITS.finditer(found[0])]


def _is_document(folded: bytes) -> bool:
    """Return True for a longer text, as a description with an example has it."""
    return sum(1 for _ in islice(_SENTENCE.finditer(folded), _MOST_SENTENCES)) == _MOST_SENTENCES


def _evidence(sample: Sample, found: re.Match[bytes]) -> Evidence:
    """Return the evidence, with each key in its excerpt as a secret of the victim."""
    shown = sample.raw_evidence(found.start(), found.end() - found.start(), before=False)
    digits = _SHOWN_DIGITS.finditer(shown.excerpt)
    return replace(shown, secrets=tuple(Secret(each.start(), each.end(), each[0]) for each in digits))

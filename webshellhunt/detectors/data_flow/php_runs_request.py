"""A PHP page executes a request value.

What it finds:
    In a file with PHP code: a request value, or a text made from one, that is evaluated (``eval``, ``assert``,
    ``create_function``, ``preg_replace`` with the modifier ``e``), run as a command, included as a file, or used as the
    name of the function to call. Values are followed through variables, properties, the session, functions of the page,
    and texts that the page decodes and executes. Comments and texts are not code.

Why it matters:
    This is the web shell of PHP. IIS also runs PHP, and intruders leave such files on servers that don't.

Looks like:
    ``$f = 'as' . 'sert'; $f($_POST['x']);``; ``$c = base64_decode($_COOKIE['c']); system($c);``.

Benign look-alikes:
    Applications that call a function from a list, or quote the value for a command line (``escapeshellarg``): these are
    no request values here. A value that is only a part of the arguments of a program has medium severity, and so has
    the name of a file or function that the page compares with a constant list before it uses it (``in_array``,
    ``isset``, ``array_key_exists``, ``switch``).
    None of more than 21,200 honest PHP files (WordPress, Joomla, phpMyAdmin, MediaWiki, Symfony and others) has the
    finding with more than medium severity; one has it as a part of a command.

Blind spots:
    Values that pass through a file, a database or a class of another file; a value that a page converts with a function
    of another file.

References:
    https://attack.mitre.org/techniques/T1505/003/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.detectors.contract import claim, define_rule, detector, has_php
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Sample

RULE = define_rule(
    "WSH1050", "php-runs-request", Severity.CRITICAL, Confidence.HIGH, page=__doc__, techniques=("T1505.003", "T1059")
)
_WEIGHTS = {
    "code": (Severity.CRITICAL, Confidence.HIGH),
    "command": (Severity.CRITICAL, Confidence.HIGH),
    "dispatch": (Severity.HIGH, Confidence.MEDIUM),
    "part": (Severity.MEDIUM, Confidence.MEDIUM),
    "listed": (Severity.MEDIUM, Confidence.MEDIUM),
}
_SOURCE_BYTES = 20
_MOST = 3


@detector(RULE, on=Sample, prefilter=has_php)
def find(sample: Sample) -> Iterator[Finding]:
    """Report the first of the gravest acts with a request value, at the call and at the request value."""
    acts = [act for act in sample.php_acts if act.kind in _WEIGHTS]
    gravest = max((_WEIGHTS[act.kind] for act in acts), default=None)
    for act in [act for act in acts if _WEIGHTS[act.kind] == gravest][:_MOST]:
        evidence = [sample.raw_evidence(act.start, max(1, act.end - act.start))]
        if act.source is not None and act.source != act.start:
            evidence.append(sample.raw_evidence(act.source, _SOURCE_BYTES))
        severity, confidence = _WEIGHTS[act.kind]
        message = f"the page takes a value of the request and {act.words}"
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence)

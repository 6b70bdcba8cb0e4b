"""Checks of Sigma rules that webshellhunt writes: pySigma reads them, and its own validators find nothing.

This is the second use of pySigma, besides reading the rules of users (``sigma_rules``).
"""

from importlib.util import find_spec
from typing import Final

from webshellhunt.errors import MissingDependencyError

NEEDS_DATA: Final = frozenset({"attacktag", "d3_fendtag"})
"""Validators that download their data. The tags are checked against the shipped table of techniques instead."""


def require_sigma() -> None:
    """Raise an error if pySigma is not installed.

    Raises:
        MissingDependencyError: pySigma is not installed; the text names the extra.
    """
    if find_spec("sigma") is None:
        raise MissingDependencyError("Sigma rules are checked by pySigma: pip install 'webshellhunt[sigma]'")


def problems_of(text: str, *, left_out: frozenset[str] = NEEDS_DATA) -> tuple[str, ...]:
    """Return the problems of a file with Sigma rules; empty if pySigma reads it and its validators find none.

    Raises:
        MissingDependencyError: pySigma is not installed.
    """
    require_sigma()
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError
    from sigma.rule import SigmaRule
    from sigma.validation import SigmaValidator
    from sigma.validators.core import validators
    from yaml import YAMLError

    try:
        read = SigmaCollection.from_yaml(text)
        for rule in read.rules:
            if isinstance(rule, SigmaRule):
                _ = [each.parsed for each in rule.detection.parsed_condition]
        validator = SigmaValidator(each for name, each in validators.items() if name not in left_out)
        issues = validator.validate_rules(rule for rule in read.rules if isinstance(rule, SigmaRule))
    except (SigmaError, YAMLError, ValueError, TypeError, RecursionError) as error:
        return (f"{type(error).__name__}: {error}",)
    return tuple(str(issue) for issue in issues)

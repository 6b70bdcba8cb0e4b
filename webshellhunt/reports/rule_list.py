"""The rules of this installation, by id: a report shows their pages also for findings that a file has saved."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from webshellhunt import detectors
from webshellhunt.model.rules import Rule


def iter_rules() -> Iterator[Rule]:
    """Yield the rules of detectors, then those of the shipped signatures, each id once; the latter only on demand."""
    seen = set()
    for rule in detectors.iter_rules():
        if rule.id not in seen:
            seen.add(rule.id)
            yield rule
    from webshellhunt.signatures.catalog import load_catalog  # compiles all rules, which a reader of one seldom needs

    yield from (rule for rule in load_catalog().own_rules() if rule.id not in seen)


@lru_cache(maxsize=1)
def rules_by_id() -> Mapping[str, Rule]:
    """Return the rules of detectors by id and by the ids of merged rules; those of signatures have no page."""
    return MappingProxyType({name: rule for rule in detectors.iter_rules() for name in (rule.id, *rule.merged)})

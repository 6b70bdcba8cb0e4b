"""``webshellhunt explain``: the page of one rule."""

from __future__ import annotations

from argparse import Namespace
from difflib import get_close_matches
from os.path import commonprefix

from webshellhunt.cli.output import standard_output
from webshellhunt.errors import UsageError
from webshellhunt.knowledge.attack_techniques import technique_words
from webshellhunt.model.rules import Rule
from webshellhunt.reports.rule_list import iter_rules

_DIGITS = str.maketrans("oil", "011")


def run(arguments: Namespace) -> int:
    """Print the page of the rule with this id or slug."""
    rule = _named(arguments.rule)
    with standard_output() as stream:
        stream.write(f"{rule.id} {rule.slug} (severity {rule.severity.label}, confidence {rule.confidence.label})\n\n")
        if rule.merged:
            stream.write(f"Merged into it: {', '.join(rule.merged)}\n\n")
        stream.write(f"{(rule.page or rule.title).strip()}\n")
        if rule.techniques:
            stream.write(f"\nATT&CK: {'; '.join(map(technique_words, rule.techniques))}\n")
        if rule.references and not rule.page:
            stream.write(f"\nReferences: {' '.join(rule.references)}\n")
    return 0


def _named(name: str) -> Rule:
    wanted, names = name.lower(), {}
    for rule in iter_rules():
        own = [name.lower() for name in rule.names]
        if wanted in own:
            return rule
        names.update(dict.fromkeys(own, f"{rule.id} ({rule.slug})"))
    # Letters that look like digits count as these digits.
    wanted = "wsh" + wanted[3:].translate(_DIGITS) if wanted.startswith("wsh") else wanted
    close = get_close_matches(wanted, names, n=50, cutoff=0.5)
    # Among equally close names, a common prefix decides: typing errors are more frequent at the end.
    close.sort(key=lambda match: -len(commonprefix([wanted, match])))  # noqa: RUF071 - characters are meant
    near = dict.fromkeys(names[match] for match in close[:5])
    advice = f"near names: {', '.join(near)}" if near else "'webshellhunt rules' lists all"
    raise UsageError(f"there is no rule {name!r}; {advice}")

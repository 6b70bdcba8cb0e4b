"""The pages of the rules, generated from the docstrings of detectors and the metadata of signatures."""

from __future__ import annotations

from functools import lru_cache

from tools.reference.markdown import code, docstring, escape, table
from webshellhunt.knowledge.attack_techniques import technique_words
from webshellhunt.model.rules import Rule, RuleOrigin
from webshellhunt.reports.rule_list import iter_rules
from webshellhunt.verdict.rule_rates import Rate, read_table

BLOCKS = {
    "1": "Data flow",
    "2": "Page structure",
    "3": "Hiding",
    "4": "Configuration",
    "5": "Binaries",
    "6": "Placement and time",
    "7": "Access log",
    "8": "Patch state",
    "9": "Signatures",
}
"""The block of a rule, by the first digit of its number."""


def rule_pages() -> dict[str, str]:
    """Return a page for each rule, and the page that lists all of them by block."""
    rules = list(iter_rules())
    pages = {f"reference/rules/{rule.id}.md": _page(rule) for rule in rules}
    former = {name: rule for rule in rules for name in rule.merged if name.startswith("WSH")}
    moved = {f"reference/rules/{name}.md": _moved(name, rule) for name, rule in former.items()}
    return {"reference/rules/index.md": _index(rules), **pages, **moved}


def _index(rules: list[Rule]) -> str:
    parts = [
        "# Rules\n",
        f"{len(rules)} rules. `webshellhunt explain RULE` prints the same page. The severity is how bad it is if the\n"
        "claim is true, the confidence how sure the rule is; a single finding may differ from its rule in both.\n",
    ]
    for digit, title in BLOCKS.items():
        rows = [
            (f"[{rule.id}]({rule.id}.md)", escape(rule.title), rule.severity.label, rule.confidence.label)
            for rule in rules
            if rule.id[3:4] == digit
        ]
        if rows:
            parts += [f"## {title}\n", table(("rule", "title", "severity", "confidence"), rows)]
    return "\n".join(parts)


def _moved(name: str, rule: Rule) -> str:
    return (
        f"# {name}: merged\n\nThis rule is a part of [{rule.id} {escape(rule.title)}]({rule.id}.md) now. Its id and"
        " slug go on naming that rule, in `explain` and in files for `--accept`.\n"
    )


def _page(rule: Rule) -> str:
    kind = "signature (YARA)" if rule.origin is RuleOrigin.SIGNATURE else "detector (Python)"
    rows = [
        ("slug", code(rule.slug)),
        ("kind", kind),
        ("severity", rule.severity.label),
        ("confidence", rule.confidence.label),
        ("ATT&CK", escape("; ".join(map(technique_words, rule.techniques)))),
    ]
    if rule.settled_by:
        rows.append(("decided by", f"[{rule.settled_by}]({rule.settled_by}.md) where it can read all that matters"))
    if rule.merged:
        rows.append(("merged into it", ", ".join(map(code, rule.merged))))
    rows.append(("measured", _measured(rule.id)))
    body = (rule.page or "").strip().partition("\n")[2]
    return "\n".join([f"# {rule.id} {escape(rule.title)}\n", table(("", ""), rows), docstring(body, level=2)])


def _measured(rule: str) -> str:
    """Return what a rule costs on honest files, and which shells it brings."""
    honest, shells = _rates()
    cost, gain = (each.rates.get(rule, Rate()) for each in (honest, shells))
    capped = "; it therefore never accuses alone" if rule in honest.frequent else ""
    return (
        f"costs: {cost.found} of {honest.files:,} honest files ({honest.pages:,} pages) have a finding, {cost.accusing}"
        f" one that is grave enough to accuse, {cost.alone} are accused by this rule alone{capped}; brings:"
        f" {gain.found} of {shells.files:,} shells have a finding, {gain.alone} are found by this rule alone"
    )


_rates = lru_cache(maxsize=1)(read_table)

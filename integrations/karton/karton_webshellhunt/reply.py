"""The reply to a task: tags, attributes and comments, in the form that the reporter of MWDB reads."""

from __future__ import annotations

from typing import Any

from karton.core import Task
from karton.core.resource import ResourceBase

from webshellhunt import Verdict, __version__
from webshellhunt.reports import printable, verdict_record

HEADERS = {"type": "sample", "stage": "analyzed"}
_MOST_COMMENTS = 20
_LONGEST_COMMENT = 500


def reply(sample: ResourceBase, verdict: Verdict) -> Task:
    """Return the task with the verdict on a sample; secrets of the victim are in it as fingerprints only."""
    record = verdict_record(verdict)
    rules = [f"{each['rule']} {each['slug']}" for each in record["findings"]]
    attributes = {
        "webshellhunt": [record["disposition"]],
        "webshellhunt-rule": _distinct(rules),
        "webshellhunt-technique": _distinct([name for each in record["findings"] for name in each["techniques"]]),
        "webshellhunt-assumed": _distinct(record["assumed"]),
        "webshellhunt-version": [__version__],
    }
    gaps = [f"not examined: {gap}" for gap in verdict.gaps]
    comments = [*record["reasons"], *(each["message"] for each in record["findings"]), *gaps]
    tags = [f"webshellhunt:{record['disposition']}", *(["webshellhunt:incomplete"] if gaps else [])]
    return _task(sample, tags, attributes, comments)


def refusal(sample: ResourceBase, reason: str) -> Task:
    """Return the task for a sample that was not examined."""
    attributes = {"webshellhunt-version": [__version__]}
    return _task(sample, ["webshellhunt:not-examined"], attributes, [f"not examined: {reason}"])


def _task(sample: ResourceBase, tags: list[str], attributes: dict[str, list[str]], comments: list[str]) -> Task:
    shown = _distinct(comments)
    if len(shown) > _MOST_COMMENTS:
        shown = [*shown[: _MOST_COMMENTS - 1], f"… and {len(shown) - _MOST_COMMENTS + 1} more"]
    payload: dict[str, Any] = {
        "sample": sample,
        "tags": tags,
        "attributes": {key: values for key, values in attributes.items() if values},
        "comments": shown,
    }
    return Task(dict(HEADERS), payload=payload)


def _distinct(texts: list[str]) -> list[str]:
    """Return texts of evidence without control characters, each once and no longer than a comment should be."""
    cut = (
        text if len(text) <= _LONGEST_COMMENT else f"{text[: _LONGEST_COMMENT - 1]}…" for text in map(printable, texts)
    )
    return list(dict.fromkeys(cut))

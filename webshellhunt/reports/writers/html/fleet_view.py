"""The comparison of several hosts on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webshellhunt.model.fleet import Fleet
from webshellhunt.reports.content import fleet as content
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html.words import SHAPES, STATES

ROWS: Final = 100
"""Largest number of rows of a table without ``--all``."""


def fleet_values(fleet: Fleet, options: Options, anchors: Mapping[str, str] | None = None) -> Mapping[str, Any]:
    """Return the values of the template; ``anchors`` are those of the reports by location."""
    most = max(len(fleet.outliers), len(fleet.shared), len(fleet.hosts)) if options.show_all else ROWS
    return {
        "fleet": fleet,
        "tone": STATES[fleet.hosts[0].state][0] if fleet.hosts else "warn",
        "anchors": {} if anchors is None else anchors,
        "hosts": [(each, *STATES[each.state]) for each in fleet.hosts[:most]],
        "outliers": [
            (each, SHAPES[each.disposition], disposition_words(each.disposition)) for each in fleet.outliers[:most]
        ],
        "shared": fleet.shared[:most],
        "more_hosts": fleet.more_hosts + max(0, len(fleet.hosts) - most),
        "more_outliers": fleet.more_outliers + max(0, len(fleet.outliers) - most),
        "more_shared": fleet.more_shared + max(0, len(fleet.shared) - most),
        "unopened": fleet.unopened,
        "words": content,
    }

"""The comparison of several hosts on the page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from webshellhunt.model.fleet import Fleet, Outlier, OutlierKind
from webshellhunt.reports.content.subjects import disposition_words
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.html.words import SHAPES, STATES
from webshellhunt.views.figures import count_in_words

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
            (each, difference_words(each), SHAPES[each.disposition], disposition_words(each.disposition))
            for each in fleet.outliers[:most]
        ],
        "shared": fleet.shared[:most],
        "more_hosts": fleet.more_hosts + max(0, len(fleet.hosts) - most),
        "more_outliers": fleet.more_outliers + max(0, len(fleet.outliers) - most),
        "more_shared": fleet.more_shared + max(0, len(fleet.shared) - most),
        "unopened": fleet.unopened,
    }


def difference_words(outlier: Outlier) -> str:
    """Return the difference of an outlier from its peers in words."""
    others = f"{outlier.agreeing:,} comparable host{'' if outlier.agreeing == 1 else 's'}"
    if outlier.kind is OutlierKind.MANY:
        return (
            f"{count_in_words(outlier.files, 'file')} differ from {others}: another installation, or a site of its own"
        )
    if outlier.kind is OutlierKind.OTHER_CONTENT:
        return f"{others} {'has' if outlier.agreeing == 1 else 'have'} another content"
    return f"{others} {'lacks' if outlier.agreeing == 1 else 'lack'} it"

"""Content: the rows and sentences of a report, each made once. Writers only lay them out: markup, columns, line breaks.

Subjects come from ``shown_verdicts``: each has its number, its kind in few words, since when it is there, by which
hole, its use, its presence, its reasons and its findings. Other modules have the hunt, gaps, logs, patches, fleets.
"""

from webshellhunt.reports.content.subjects import ShownFinding, ShownVerdict, accused, leading_finding, shown_verdicts

__all__ = ["ShownFinding", "ShownVerdict", "accused", "leading_finding", "shown_verdicts"]

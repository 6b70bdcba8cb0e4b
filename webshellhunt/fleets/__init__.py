"""Fleets: the comparison of several hosts, from their reports, of which only bounded summaries are kept."""

from webshellhunt.fleets.tally import FleetTally, fleet

__all__ = ["FleetTally", "fleet"]

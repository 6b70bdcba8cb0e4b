"""Many servers: the hunts through several locations at once, on any executor, each location in a worker."""

from webshellhunt.many.fleet_hunt import FleetHunt, hunt_many

__all__ = ["FleetHunt", "hunt_many"]

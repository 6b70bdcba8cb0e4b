"""Witnesses of a host besides its pages and its logs: file records and snapshots of its drives."""

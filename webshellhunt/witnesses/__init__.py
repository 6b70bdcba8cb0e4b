"""Witnesses of a host besides its pages and its logs: antivirus records, file records and snapshots of its drives."""

"""Logs: the records of the server about its requests, its administration and itself.

The logs are read once. A ``Question`` names the records that it needs; of all others only the address is looked at.
"""

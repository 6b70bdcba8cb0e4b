"""Containers: files that hold folders, disks or records: recognised, listed where that is cheap, never unpacked."""

"""The records of antivirus software on a host, joined with the files that are there."""

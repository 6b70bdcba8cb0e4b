"""What antivirus software recorded on a host, joined with the files that are there."""

"""The server as it is found: its machine, its IIS, and the files of its web directories."""

"""The arguments of all commands, and the texts of their help."""

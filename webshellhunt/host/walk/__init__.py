"""The survey of a host for the directories to examine, and the walk through them."""

"""The survey of the directories worth a look, and the walk through them."""

"""The self-test of an installation, and the described host of the demo."""

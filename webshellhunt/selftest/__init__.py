"""The proof that an installation detects, and the described host of the demo."""

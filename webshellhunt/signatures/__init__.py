"""Signatures: YARA rules, shipped or from the user, and the engines that match them."""

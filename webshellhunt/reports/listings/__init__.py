"""Listings that are no reports: layers of a page, view states, the comparison of two baselines."""

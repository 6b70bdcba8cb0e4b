"""The examination of artifacts one by one, in this process or in workers."""

MOST_JOBS = 61
"""The most processes: Windows can wait for no more of them (``max_workers``, documentation of concurrent.futures)."""

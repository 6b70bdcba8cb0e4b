"""OpenRelik worker for webshellhunt."""

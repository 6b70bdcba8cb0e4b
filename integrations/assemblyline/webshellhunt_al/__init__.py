"""Assemblyline 4 service for webshellhunt."""

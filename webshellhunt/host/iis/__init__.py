"""The IIS configuration: sites, sections, handler mappings, and what the server loads."""

"""The IIS configuration: sites, sections, handler mappings, and the programs that the server loads."""

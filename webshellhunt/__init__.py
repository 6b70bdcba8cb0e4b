"""webshellhunt: find what an intrusion left behind on an Exchange or IIS server."""

__version__ = "0.1.0"

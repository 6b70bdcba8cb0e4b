"""``python -m karton_webshellhunt``: start the service."""

from .service import Hunt

if __name__ == "__main__":
    Hunt.main()

"""Karton service that examines samples for back doors of IIS and Exchange."""

"""The plain records that ``schema.json`` describes, which JSON and JSON Lines write."""

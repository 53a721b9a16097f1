"""How to speak with HubSpot: the reading side. See README.md for the map of this room."""

"""How requests become answers."""

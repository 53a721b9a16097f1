"""A HubSpot portal on a laptop: an HTTP server that answers as HubSpot does."""

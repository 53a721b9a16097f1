"""Everything that runs: HubSpot's client, the warehouse, the steps of a night, the sandbox."""

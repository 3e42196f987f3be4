"""What programs ask: version 1 of the API, feeds, metrics, health."""

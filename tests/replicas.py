"""Real local web servers for tests."""

"""Run the crawls on time and tell people."""

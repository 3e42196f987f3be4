"""Fetch pages, read them, judge them, and hand them to the archive."""

"""The reports that belong together: reprints, follow-ups, what was mended by hand."""

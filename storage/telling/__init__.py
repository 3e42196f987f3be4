"""Who hears what, what is owed, and what became of each alert."""

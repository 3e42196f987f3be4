"""Looking after the archive itself: checks, backups, moves, retention."""

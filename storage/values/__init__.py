"""Values that pass through the door: frozen, keyword-only, free of I/O."""

"""What became of a page after it was archived: looks, versions, removals."""

"""Articles as rows: the one transaction that archives a page, and its way back."""

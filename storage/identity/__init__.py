"""When two addresses are one page, and two texts one text."""

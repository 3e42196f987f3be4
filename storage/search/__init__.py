"""From what a reader types to the hits, their order and their counts."""

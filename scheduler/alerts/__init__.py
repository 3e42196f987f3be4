"""Tell people, once, and know that they were told: words, channels, and the loop that empties the outbox."""

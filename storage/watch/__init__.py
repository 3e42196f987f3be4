"""What is due, who holds it, what came of looking, and what a source is used to."""

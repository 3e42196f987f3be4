"""The commands of `jindu`, by what they are about."""

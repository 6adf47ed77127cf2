"""A source becomes raw rows: what it says, where it says it, and a report of what was read."""

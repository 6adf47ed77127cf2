"""A Chinese report becomes mentions, relations and statistics, each with its place and its words in the raw text."""

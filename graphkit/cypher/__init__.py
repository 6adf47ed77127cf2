"""Cypher as text: what a query may say."""

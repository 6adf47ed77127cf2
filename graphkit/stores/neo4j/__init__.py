"""A Graph on a Neo4j server: pushed, pulled, compared, or kept there as a store."""

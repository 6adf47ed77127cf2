"""What a Graph is computed on: relational for joins and sums, arrays for paths, kglite for Cypher."""

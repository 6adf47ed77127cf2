"""A Graph becomes a finding: coverage, rates, gaps, claims, and why each of them is as it is."""

"""A Graph or a finding becomes a file; what leaves the house goes through redact first."""

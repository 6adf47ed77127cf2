"""The Graph value: its tables, its time, its assembly from raw rows, its conversions and files."""

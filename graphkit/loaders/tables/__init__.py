"""A table as people keep it (workbook, CSV, Parquet, JSON lines) becomes raw rows: grid, header, mapping, rows."""

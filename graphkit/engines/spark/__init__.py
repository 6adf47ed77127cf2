"""Spark: what is larger than the memory of one machine, cut into parts that fit; pyspark is imported nowhere else."""

"""Searches as joins that are repeated layer by layer: the nearest ends of many nodes, and what hangs together.

They give what engines/searches.py gives on arrays, for graphs whose arrays no machine holds.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from graphkit.engines.spark.directory import held

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame


@dataclass(frozen=True, slots=True, eq=False)
class Joined:
    """What paths may pass, as frames: `nodes` (`id, type, name, group, inner`) and steps (`near, far, sure`).

    `steps` run both ways and each stands once, with the best confidence of its edges; `closing` are those from a node
    to an end that may only be the last hop of a path.
    """

    nodes: "DataFrame"
    steps: "DataFrame"
    closing: "DataFrame"


def joined(nodes: "DataFrame", edges: "DataFrame") -> Joined:
    """Make the steps of edges (`src, dst, confidence, last`) between nodes, and let Spark hold them."""
    from pyspark.sql import functions as F

    nodes = held(nodes)
    known = nodes.select("id")
    edges = edges.where("src <> dst").join(known.withColumnRenamed("id", "src"), "src")
    edges = edges.join(known.withColumnRenamed("id", "dst"), "dst")
    there = edges.select(F.col("src").alias("near"), F.col("dst").alias("far"), "confidence", "last")
    back = edges.where("not last").select(F.col("dst").alias("near"), F.col("src").alias("far"), "confidence", "last")
    best = F.max("confidence").alias("sure")
    steps = there.where("not last").unionByName(back).groupBy("near", "far").agg(best)
    return Joined(nodes, held(steps), held(there.where("last").groupBy("near", "far").agg(best)))


def reach(network: Joined, ends: "DataFrame", max_hops: int, most: int) -> "DataFrame":
    """Search from ends (`id`) at once how every node reaches the nearest of them within `max_hops`.

    Returns `id, hops, nearest, paths, confidence, brokers`: of ends as near the smaller id; `brokers` are all nodes
    between, sorted, null if they are more than `most`.
    """
    from pyspark.sql import functions as F

    none = F.array().cast("array<string>")
    origin = F.col("id").alias("nearest"), F.lit(1.0).alias("paths"), F.lit(float("inf")).alias("confidence")
    reached = held(ends.select("id", F.lit(0).cast("long").alias("hops"), *origin, none.alias("brokers")))
    front = reached
    inner = network.nodes.where("inner").select("id")
    for depth in range(1, max_hops + 1):
        steps = network.steps
        if depth == 1:
            steps = steps.unionByName(network.closing).groupBy("near", "far").agg(F.max("sure").alias("sure"))
        layer = steps.join(front.withColumnRenamed("id", "far"), "far")
        layer = layer.join(reached.select(F.col("id").alias("near")), "near", "left_anti")
        found = held(_layer(layer, depth, most))
        if found.isEmpty():
            break
        # Each layer stands for itself from here on: the plan of the next does not grow with it.
        reached = reached.unionByName(found)
        front = found.join(inner, "id", "left_semi")
    return reached


def _layer(steps: "DataFrame", depth: int, most: int) -> "DataFrame":
    """Sum up for each node of a layer the steps by which it is reached."""
    from pyspark.sql import Window
    from pyspark.sql import functions as F

    nobody = F.array().cast("array<string>")
    # No more are gathered than tell that they are too many: a hub may be next to millions.
    order = F.row_number().over(Window.partitionBy("near").orderBy("far"))
    behind = F.when(F.col("order") <= most + 1, F.array_union("brokers", F.array("far")))
    lost = F.max(F.col("brokers").isNull())
    between = F.array_sort(F.array_distinct(F.flatten(F.collect_list(behind))))
    summed = (
        steps.withColumn("order", order)
        .groupBy("near")
        .agg(
            F.lit(depth).cast("long").alias("hops"),
            F.min("nearest").alias("nearest"),
            F.sum("paths").alias("paths"),
            F.max(F.least("sure", "confidence")).alias("confidence"),
            (F.lit(depth > 1) & (lost | (F.max("order") > most))).alias("lost"),
            (between if depth > 1 else F.max(nobody)).alias("between"),
        )
    )
    kept = F.when(~F.col("lost") & (F.size("between") <= most), F.col("between"))
    return summed.select(F.col("near").alias("id"), "hops", "nearest", "paths", "confidence", kept.alias("brokers"))


@dataclass(frozen=True, slots=True)
class Limits:
    """How far is searched, and what is no longer told: more brokers than these, more paths than these."""

    max_hops: int
    brokers: int
    paths: float


def nearest(network: Joined, kind: str, units: "tuple[DataFrame, DataFrame]", limits: Limits) -> "list[DataFrame]":
    """Return the rows of units and of cohorts (`id, name, type, group`) for the resources of a type.

    `part` 0 are units and single resources; then units and groups (1), cohorts and single ones (2), or groups (3).
    """
    from pyspark.sql import functions as F

    chosen, cohorts = units
    grouped, counted = not network.nodes.where(F.col("group")).isEmpty(), not cohorts.isEmpty()
    rows = []
    for group in (False, True):
        asked = [(int(group), chosen)] if group <= grouped else []
        asked += [(2 + group, cohorts)] if counted and group <= grouped else []
        if not asked:
            continue
        ends = ends_of(network, kind).where(F.col("group") == group)
        found = reach(network, ends, limits.max_hops, limits.brokers).where("hops > 0").withColumnRenamed("id", "unit")
        names = ends.select(F.col("id").alias("nearest"), F.col("name").alias("resource_name"))
        found = found.join(names, "nearest", "left").drop("group")
        for part, starts in asked:
            met = starts.withColumnRenamed("id", "unit").join(found, "unit", "left")
            ends_in_group = F.col("group") | (F.lit(group) & F.col("hops").isNotNull())
            # The least of a null and a number would be the number.
            many = F.when(F.col("paths") > limits.paths, limits.paths).otherwise(F.col("paths"))
            paths = many.cast("long").alias("paths")
            told: list[Column | str] = [F.lit(part).alias("part"), "unit", "name", "type"]
            told += [ends_in_group.alias("group")]
            told += [F.lit(kind).alias("resource_type"), "hops", F.col("nearest").alias("resource"), "resource_name"]
            rows.append(met.select(*told, paths, "brokers", "confidence"))
    return rows


def ends_of(network: Joined, kind: str) -> "DataFrame":
    """Return the nodes of a type."""
    from pyspark.sql import functions as F

    return network.nodes.where(F.col("type") == kind)


def components(network: Joined) -> "DataFrame":
    """Return `id, component` of the inner nodes: the smallest id of all that any number of steps joins.

    Stars are made larger and smaller in turn (Kiveris et al. 2014), so that long chains take few rounds.
    """
    from pyspark.sql import functions as F

    inner = network.nodes.where("inner").select("id")
    edges = network.steps.select("near", "far").join(inner.withColumnRenamed("id", "near"), "near", "left_semi")
    edges = edges.join(inner.withColumnRenamed("id", "far"), "far", "left_semi").where("near > far")
    edges = held(edges.select("near", "far"))
    told = _told(edges)
    while True:
        edges = held(_small_stars(_large_stars(edges)))
        now = _told(edges)
        if now == told:
            break
        told = now
    found = inner.join(edges.groupBy(F.col("near").alias("id")).agg(F.min("far").alias("least")), "id", "left")
    return found.select("id", F.coalesce("least", "id").alias("component"))


def _told(edges: "DataFrame") -> tuple[object, ...]:
    """Tell edges from other edges by their number and two sums of their hashes."""
    from pyspark.sql import functions as F

    hashed: Column = F.xxhash64("near", "far")
    sums = F.sum(F.pmod(hashed, F.lit(2**31))), F.sum(F.pmod(F.hash("near", "far"), F.lit(2**31 - 1)))
    return tuple(edges.agg(F.count(F.lit(1)), *sums).collect()[0])


def _large_stars(edges: "DataFrame") -> "DataFrame":
    """Join all greater neighbours of each node to the least of its neighbours and itself."""
    from pyspark.sql import functions as F

    both = edges.unionByName(edges.select(F.col("far").alias("near"), F.col("near").alias("far")))
    least = both.groupBy("near").agg(F.min("far").alias("least"))
    least = least.select("near", F.least("near", "least").alias("least"))
    rows = both.join(least, "near").where("far > near")
    return rows.select(F.col("far").alias("near"), F.col("least").alias("far")).where("near <> far").distinct()


def _small_stars(edges: "DataFrame") -> "DataFrame":
    """Join all lesser neighbours of each node, and itself, to the least of them; edges lead from greater to lesser."""
    from pyspark.sql import functions as F

    least = edges.groupBy("near").agg(F.min("far").alias("least"))
    rows = edges.join(least, "near").select(F.col("far").alias("near"), F.col("least").alias("far"))
    return rows.unionByName(least.select("near", F.col("least").alias("far"))).where("near <> far").distinct()

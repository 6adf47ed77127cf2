"""`decisions.csv`: the decisions of a graph as a file that an office keeps, corrects and loads elsewhere."""

import csv
from pathlib import Path

from graphkit.exporters.target import check_suffix, replaced
from graphkit.graph.convert import raw_id
from graphkit.graph.merge import raw_rows
from graphkit.graph.tables import DECISIONS, Graph


def export_decisions(graph: Graph, path: Path | str) -> Path:
    """Write the decisions as CSV and return the path; ends are told as dataset/Type/key, or as raw ids.

    A raw id is kept where its row is not held any more, or where dataset and key do not lead back to it alone.
    `load` reads the file again. Raises ExportError for a path that cannot be written.
    """
    target = Path(path)
    check_suffix(target, (".csv",))
    told = _told(graph)
    with replaced(target) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, DECISIONS.names, lineterminator="\n")
        writer.writeheader()
        for row in graph.decisions.to_pylist():
            ends = {side: told.get(row[side], row[side]) for side in ("left", "right")}
            writer.writerow(row | ends)
    return target


def _told(graph: Graph) -> dict[str, str]:
    """Say which dataset, type and key stand behind each raw id that a decision names."""
    raw = raw_rows(graph)
    wanted = {end for side in ("left", "right") for end in graph.decisions[side].to_pylist()}
    dataset_of = {s["id"]: s["dataset"] for s in raw.sources.to_pylist()}
    found: dict[str, str] = {}
    for name, table in raw.node_tables.items():
        columns = (table[column].to_pylist() for column in ("id", "key", "source_id"))
        for own_id, key, source in zip(*columns, strict=True):
            dataset = dataset_of.get(source)
            plain = key and dataset and "/" not in dataset and not any(c in dataset + key for c in "\r\n")
            if own_id in wanted and plain and raw_id(raw.schema.nodes[name].prefix, dataset, name, key) == own_id:
                found[own_id] = f"{dataset}/{name}/{key}"
    return found

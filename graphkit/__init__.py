"""graphkit: a graph database of organisational networks, with coverage, linkage and evidence.

Every public name is loaded at its first use, so that importing graphkit imports no driver.
"""

from importlib import import_module
from typing import Any

__version__ = "0.2.0"

_HOMES = {
    "analysis.annotate": ["annotate"],
    "analysis.anywhere": ["components", "coverage", "links", "rates", "summary"],
    "analysis.brokers": ["brokers"],
    "analysis.candidates": ["candidates"],
    "analysis.cascade": ["cascade"],
    "analysis.claims": ["claims"],
    "analysis.compare": ["compare"],
    "analysis.continuity": ["continuity"],
    "analysis.explain": ["why"],
    "analysis.gaps": ["gaps"],
    "analysis.ledger": ["ledger"],
    "analysis.paths": ["paths"],
    "analysis.plan": ["PlanOptions", "full_cover", "plan"],
    "analysis.quadrant": ["quadrant"],
    "analysis.questions": ["questions"],
    "analysis.recount": ["applied", "recount"],
    "analysis.redundancy": ["redundancy"],
    "analysis.rules": ["load_rules"],
    "analysis.ties": ["TieOptions", "ties"],
    "analysis.trend": ["as_known", "trend"],
    "build": ["load", "open_store", "read"],
    "corrections.apply": ["apply"],
    "corrections.hand": ["correct"],
    "corrections.verdicts": ["accept", "amend", "reject", "reopen"],
    "corrections.waiting": ["proposed"],
    "cypher.shipped": ["ShippedQuery", "shipped_queries", "shipped_query"],
    "documents.extraction": ["Extraction", "extract", "extract_file"],
    "documents.lexicon": ["load_lexicon"],
    "engines.relational": ["memory_limit"],
    "engines.spark.session": ["SparkOptions"],
    "errors": [
        "DataError",
        "ExportError",
        "GraphkitError",
        "IdentityError",
        "PlanError",
        "QueryError",
        "SchemaError",
        "StoreError",
    ],
    "exporters.decisions": ["export_decisions"],
    "exporters.bundle": ["bundle"],
    "exporters.findings": ["Findings", "findings"],
    "exporters.map": ["export_map", "show_map"],
    "exporters.neo4j_import": ["export_neo4j_import"],
    "exporters.redact": ["redact"],
    "exporters.report": ["export_report"],
    "exporters.sheet": ["sheet"],
    "exporters.tables": ["export_graph"],
    "exporters.template": ["template"],
    "graph.convert": ["from_pandas", "from_records"],
    "graph.evidence": ["conflicts", "evidence"],
    "graph.files": ["read_parquet", "write_parquet"],
    "graph.tables": ["Graph"],
    "identity": ["judge", "resolve", "reviews"],
    "loaders.report": ["LoadReport"],
    "loaders.tables.options": ["TableOptions"],
    "schema": ["Schema"],
    "stores.base": ["Store", "query"],
    "stores.neo4j.diff": ["diff"],
    "stores.neo4j.into": ["pull_into"],
    "stores.neo4j.parts": ["PushOptions"],
    "stores.neo4j.plan": ["push_plan"],
    "stores.neo4j.pull": ["pull"],
    "stores.neo4j.push": ["push"],
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'graphkit' has no attribute {name!r}")
    return getattr(import_module(f"graphkit.{_HOME_OF[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]

"""The five sources and the example county, from load to map and report: what `graphkit demo` shows."""

from dataclasses import dataclass
from pathlib import Path

import pyarrow.compute as pc

from graphkit import build
from graphkit.analysis.coverage import Coverage, coverage
from graphkit.analysis.gaps import gaps
from graphkit.analysis.links import Links, links
from graphkit.errors import DataError, ExportError
from graphkit.exporters.findings import findings
from graphkit.exporters.map import MapOptions, export_map
from graphkit.exporters.report import ReportOptions, export_report
from graphkit.exporters.tables import export_frame
from graphkit.graph.tables import Graph
from graphkit.schema import Language

COUNTY = "example_county"


@dataclass(frozen=True, slots=True)
class Show:
    """What is loaded together and how its coverage and linkage are broken down."""

    name: str
    title: dict[Language, str]
    by: str | None
    max_hops: int


# In the five documents no company reaches a bank within three hops but one; the fourth hop shows the next.
SHOWS = (
    Show("sources", {"zh": "五份材料", "en": "The five sources"}, None, 4),
    Show(COUNTY, {"zh": "虚构示例县", "en": "The example county (invented)"}, "town", 3),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """The results of one show and the files it left."""

    graph: Graph
    coverage: Coverage
    links: Links
    files: tuple[Path, ...]


def seeds() -> Path:
    """Return the folder of the datasets: of the checkout, or the copy that an installation carries."""
    here = Path(__file__).parent
    for folder in (here.parent / "seeds", here / "seeds"):
        if (folder / "decisions.csv").is_file():
            return folder
    message = "the datasets of seeds/ are not beside this installation"
    hint = "Install graphkit from its checkout."
    raise DataError(message, code="seeds-missing", hint=hint, source="seeds", place=None, value=None)


def datasets(name: str) -> list[Path]:
    """List what a show loads: the county's folder, or the five sources with their decisions."""
    root = seeds()
    if name == COUNTY:
        return [root / COUNTY]
    sources = sorted(p for p in root.iterdir() if (p / "dataset.yaml").is_file())
    return [*sources, root / "decisions.csv"]


def show(what: Show, folder: Path, *, lang: Language = "zh") -> Shown:
    """Load, analyse and publish one show into a folder: store, map, report (HTML and XLSX), gaps.csv."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"{folder} cannot be made ({error.strerror or error})"
        raise ExportError(message, code="target-unwritable", hint="Choose another folder.") from error
    with build.open_store(folder / "store.duckdb") as store:
        build.load(store, *datasets(what.name))
        graph = store.read()
    covered = coverage(graph)
    linked = links(graph, to="Bank", max_hops=what.max_hops)
    told = findings(covered, links=linked)
    options = ReportOptions(lang=lang)
    listed = gaps(covered)
    if graph.sources.filter(pc.field("invented")).num_rows:
        listed = listed.assign(note="虚构示例" if lang == "zh" else "invented example")
    files = (
        folder / "store.duckdb",
        export_map(graph, folder / "map.html", coverage=covered, links=linked, options=MapOptions(lang=lang)),
        export_report(folder / "report.html", coverage=covered, links=linked, findings=told, options=options),
        export_report(folder / "report.xlsx", coverage=covered, links=linked, findings=told, options=options),
        export_frame(listed, folder / "gaps.csv"),
    )
    return Shown(graph, covered, linked, files)

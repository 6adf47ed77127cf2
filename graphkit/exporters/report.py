"""The report: one model of a coverage, its links and its record, written as a page or as a workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphkit.analysis.compare import Comparison
from graphkit.analysis.coverage import Coverage
from graphkit.analysis.links import Links
from graphkit.exporters import listings, sections
from graphkit.exporters.blocks import Report
from graphkit.exporters.changes import changes
from graphkit.exporters.redact import Tier, redaction
from graphkit.exporters.rendering import write_book, write_page
from graphkit.exporters.sections import Context, newest_source
from graphkit.exporters.target import check_suffix
from graphkit.schema import Language

WRITERS = {".html": write_page, ".xlsx": write_book}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """For whom a report is, in which language, under which title (default: the standard one)."""

    tier: Tier = "internal"
    lang: Language = "zh"
    title: str = ""


def export_report(
    path: Path | str,
    *,
    coverage: Coverage,
    links: Links | Sequence[Links] | None = None,
    options: ReportOptions | None = None,
    comparison: Comparison | None = None,
) -> Path:
    """Write the report of a coverage (of links, of what changed) as .html or .xlsx and return its path.

    Both hold the same model: the interval first, tables by chain, segment, town, mode and form, what changed and why,
    the gaps, what is not known, linkage, claims, method, sources. `options` say for whom it is redacted, and the
    language. Missing folders are made, and the file changes as a whole. Raises ExportError for another suffix or circle
    of readers, and for a place that cannot be written.
    """
    path = Path(path)
    write = WRITERS[check_suffix(path, WRITERS)]
    write(build_report(coverage, links, options, comparison=comparison), path)
    return path


def build_report(
    coverage: Coverage,
    links: Links | Sequence[Links] | None = None,
    options: ReportOptions | None = None,
    *,
    comparison: Comparison | None = None,
) -> Report:
    """Return the model of a report, redacted for its readers: what every rendering shows."""
    options = options or ReportOptions()
    redacted = redaction(coverage.graph, options.tier)
    nets = () if links is None else (links,) if isinstance(links, Links) else tuple(links)
    context = Context(redacted.finding(coverage), tuple(map(redacted.finding, nets)), redacted, options.lang)
    first, big = sections.headline(context)
    parts = (
        first,
        sections.tables_by(context),
        sections.heat_map(context),
        *(() if comparison is None else (changes(context, comparison),)),
        *(section(context) for section in listings.SECTIONS),
    )
    invented = any(coverage.graph.sources["invented"].to_pylist())
    title = redacted.text(options.title) or context.say("title")
    return Report(
        title=context.say("invented_title", title=title) if invented else title,
        lang=options.lang,
        tier=options.tier,
        subtitle=" · ".join([context.date(), context.units, context.say(f"tier_{options.tier}")]),
        big=big,
        invented=context.say("invented_note") if invented else "",
        sections=parts,
        newest=newest_source(coverage),
    )

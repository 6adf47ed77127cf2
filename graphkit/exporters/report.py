"""The report: one model of a coverage, its links and its record, written as a page or as a workbook."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.links import Links
from graphkit.exporters import listings, sections, unit_lists
from graphkit.exporters.blocks import Report, Section
from graphkit.exporters.chains import chains
from graphkit.exporters.changes import changes
from graphkit.exporters.findings import Findings
from graphkit.exporters.linkage import brokers_of, ledger_of, ties_of
from graphkit.exporters.outlook import cascade_of, questions_of, trend_of
from graphkit.exporters.plans import plan_of
from graphkit.exporters.quadrants import quadrants
from graphkit.exporters.redact import Tier, redaction
from graphkit.exporters.rendering import write_book, write_page
from graphkit.exporters.sections import Context, newest_source
from graphkit.exporters.target import check_suffix
from graphkit.schema import Language

WRITERS = {".html": write_page, ".xlsx": write_book}
TITLES = {"comparison": "changes", "brokers": "bridges"}
# After the headline, in this order. A section with a finding's name stands there only if that finding was made.
SECTIONS: tuple[tuple[str, Callable[..., Section]], ...] = (
    ("", sections.tables_by),
    ("", sections.heat_map),
    ("", chains),
    ("comparison", changes),
    ("trend", trend_of),
    ("", unit_lists.gap_list),
    ("plan", plan_of),
    ("", unit_lists.unknown_list),
    ("", questions_of),
    ("cascade", cascade_of),
    ("", listings.linkage),
    ("", quadrants),
    ("brokers", brokers_of),
    ("ledger", ledger_of),
    ("ties", ties_of),
    ("", listings.stated_numbers),
    ("", listings.method),
    ("", listings.sources),
    ("", listings.decisions),
    ("", listings.contradictions),
    ("", listings.record),
)


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
    findings: Findings | None = None,
    options: ReportOptions | None = None,
) -> Path:
    """Write the report of a coverage (of links, of further findings) as .html or .xlsx and return its path.

    Both hold the same model: the interval first, tables by chain, segment, town, mode and form, the gaps, what is not
    known, linkage, claims, method, sources, and a section for each of the `findings` there are. `options` say for whom
    it is redacted, and the language. Missing folders are made, and the file changes as a whole. Raises ExportError for
    another suffix or circle of readers, and for a place that cannot be written.
    """
    path = Path(path)
    write = WRITERS[check_suffix(path, WRITERS)]
    write(build_report(coverage, links=links, findings=findings, options=options), path)
    return path


def build_report(
    coverage: Coverage,
    links: Links | Sequence[Links] | None = None,
    *,
    findings: Findings | None = None,
    options: ReportOptions | None = None,
) -> Report:
    """Return the model of a report, redacted for its readers: what every rendering shows."""
    options = options or ReportOptions()
    redacted = redaction(coverage.graph, options.tier)
    nets = () if links is None else (links,) if isinstance(links, Links) else tuple(links)
    context = Context(redacted.finding(coverage), tuple(map(redacted.finding, nets)), redacted, options.lang)
    first, big = sections.headline(context)
    invented = any(coverage.graph.sources["invented"].to_pylist())
    title = redacted.text(options.title) or context.say("title")
    return Report(
        title=context.say("invented_title", title=title) if invented else title,
        lang=options.lang,
        tier=options.tier,
        subtitle=" · ".join([context.date(), context.units, context.say(f"tier_{options.tier}")]),
        big=big,
        invented=context.say("invented_note") if invented else "",
        sections=(first, *_further(context, findings or Findings())),
        newest=newest_source(coverage),
    )


def _further(context: Context, findings: Findings) -> Iterator[Section]:
    for name, section in SECTIONS:
        finding = getattr(findings, name) if name else None
        if name in findings.left_out:
            yield context.section(TITLES.get(name, name), [context.say("too_large")])
        elif finding is not None:
            yield section(context, finding)
        elif not name and (section is not quadrants or context.links):
            yield section(context)

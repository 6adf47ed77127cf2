"""The report: one model of a coverage, its links and its record, written as a page, a document, a workbook or text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.links import Links
from graphkit.errors import ExportError
from graphkit.exporters import listings, sections, unit_lists
from graphkit.exporters.blocks import Report, Section
from graphkit.exporters.chains import chains
from graphkit.exporters.changes import changes
from graphkit.exporters.findings import Findings
from graphkit.exporters.linkage import brokers_of, ledger_of, ties_of
from graphkit.exporters.markdown import write_markdown
from graphkit.exporters.outlook import cascade_of, questions_of, trend_of
from graphkit.exporters.plans import plan_of
from graphkit.exporters.quadrants import quadrants
from graphkit.exporters.redact import Tier, redaction
from graphkit.exporters.rendering import write_book, write_page
from graphkit.exporters.sections import Context, newest_source
from graphkit.exporters.suppression import K, small_whole
from graphkit.exporters.target import check_suffix
from graphkit.exporters.word import write_document
from graphkit.exporters.wording import wording
from graphkit.names import nearest
from graphkit.schema import Language

WRITERS = {".html": write_page, ".docx": write_document, ".xlsx": write_book, ".md": write_markdown}
HEADLINE = "headline"
# After the headline, in this order: the section's name, the finding that it tells, and what makes it. One with a
# finding stands there only if that finding was made.
SECTIONS: tuple[tuple[str, str, Callable[..., Section]], ...] = (
    ("tables", "", sections.tables_by),
    ("heatmap", "", sections.heat_map),
    ("continuity", "", chains),
    ("changes", "comparison", changes),
    ("trend", "trend", trend_of),
    ("gaps", "", unit_lists.gap_list),
    ("plan", "plan", plan_of),
    ("unknowns", "", unit_lists.unknown_list),
    ("questions", "", questions_of),
    ("cascade", "cascade", cascade_of),
    ("linkage", "", listings.linkage),
    ("quadrant", "", quadrants),
    ("bridges", "brokers", brokers_of),
    ("ledger", "ledger", ledger_of),
    ("ties", "ties", ties_of),
    ("claims", "", listings.stated_numbers),
    ("method", "", listings.method),
    ("sources", "", listings.sources),
    ("decisions", "", listings.decisions),
    ("conflicts", "", listings.contradictions),
    ("record", "", listings.record),
)
# These tell counts of all units, or of the linked ones; the others name their own reason to the public.
COUNTED, COUNTED_LINKS = {"tables", "trend", "plan", "cascade"}, {"linkage", "quadrant", "ledger"}
TITLES = {finding: name for name, finding, _ in SECTIONS if finding}


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """For whom a report is, in which language, under which title (default: the standard one), of which sections.

    Sections are named as the model names them, or by their titles in either language; none means all.
    """

    tier: Tier = "internal"
    lang: Language = "zh"
    title: str = ""
    sections: tuple[str, ...] = ()


def export_report(
    path: Path | str,
    *,
    coverage: Coverage,
    links: Links | Sequence[Links] | None = None,
    findings: Findings | None = None,
    options: ReportOptions | None = None,
) -> Path:
    """Write the report of a coverage (of links, of further findings) as .html, .docx, .xlsx or .md; return its path.

    All hold the same model: the interval first, tables by chain, segment, town, mode and form, the gaps, what is not
    known, linkage, claims, method, sources, and a section for each of the `findings` there are. `options` say for whom
    it is redacted, the language, and which sections. Missing folders are made, and the file changes as a whole. Raises
    ExportError for another suffix, circle of readers or section, and for a place that cannot be written.
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
    options, findings = options or ReportOptions(), findings or Findings()
    redacted = redaction(coverage.graph, options.tier)
    nets = () if links is None else (links,) if isinstance(links, Links) else tuple(links)
    context = Context(redacted.finding(coverage), tuple(map(redacted.finding, nets)), redacted, options.lang)
    asked = _asked(options.sections, _present(context, findings))
    first, big = sections.headline(context) if HEADLINE in asked else (None, "")
    invented = any(coverage.graph.sources["invented"].to_pylist())
    title = redacted.text(options.title) or context.say("title")
    return Report(
        title=context.say("invented_title", title=title) if invented else title,
        lang=options.lang,
        tier=options.tier,
        subtitle=" · ".join([context.date(), context.units, context.say(f"tier_{options.tier}")]),
        big=big,
        invented=context.say("invented_note") if invented else "",
        sections=(*((first,) if first else ()), *_further(context, findings, asked)),
        newest=newest_source(coverage),
    )


def _present(context: Context, findings: Findings) -> list[str]:
    """Name the sections that a report has: those whose finding, if they need one, is there or was too large."""
    found = [HEADLINE]
    for name, finding, _ in SECTIONS:
        made = not finding or finding in findings.left_out or getattr(findings, finding) is not None
        if made and (name != "quadrant" or context.links):
            found.append(name)
    return found


def _asked(told: Sequence[str], present: Sequence[str]) -> set[str]:
    """Return the names of the sections that are asked for by name or title; all if none is."""
    if not told:
        return set(present)
    texts = wording().texts
    names = {known.casefold(): name for name in present for known in (name, texts[name].zh, texts[name].en)}
    found = set()
    for name in told:
        if (known := names.get(name.strip().casefold())) is None:
            raise _unknown(name, present)
        found.add(known)
    return found


def _unknown(name: str, present: Sequence[str]) -> ExportError:
    texts = wording().texts
    written = {known: one for one in present for known in (one, texts[one].zh, texts[one].en)}
    close = list(dict.fromkeys(written[known] for known in nearest(name, written)))
    listed = ", ".join(f"{one} ({texts[one].zh})" for one in close or present)
    hint = f"{'Did you mean' if close else 'There are'} {listed}{'?' if close else '.'}"
    if name in TITLES.values():
        hint = "Its finding was not made; a plan needs its tasks a year, changes an earlier record."
    return ExportError(f"this report has no section {name!r}", code="unknown-section", hint=hint, candidates=close)


def _further(context: Context, findings: Findings, asked: set[str]) -> Iterator[Section]:
    withheld = _withheld(context)
    for name, finding, section in SECTIONS:
        if name not in asked:
            continue
        if name in withheld:
            yield context.section(name, [context.say("too_small", k=K)])
        elif finding in findings.left_out:
            yield context.section(name, [context.say("too_large")])
        elif finding:
            yield section(context, getattr(findings, finding))
        else:
            yield section(context)


def _withheld(context: Context) -> set[str]:
    """Name the sections that the public may not read at all, because the whole that they part is too small."""
    whole = sections.too_small(context)
    parts = ("units", "linked", "not_linked")
    links = whole or (context.public and any(small_whole(net.headline(), parts) for net in context.links))
    return (COUNTED if whole else set()) | (COUNTED_LINKS if links else set())

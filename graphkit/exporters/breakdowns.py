"""The counts by chain, segment and town as report and map print them, to the public without what is small."""

from typing import TYPE_CHECKING

from graphkit.analysis.coverage import Coverage
from graphkit.analysis.rates import rates
from graphkit.exporters.suppression import suppress_together

if TYPE_CHECKING:
    import pandas as pd

BY = ("chain", "segment", "town")
UNKNOWN = "unknown"

Inner = tuple[tuple[str, int], tuple[str, list[int]]]


def breakdowns(coverage: Coverage, *, public: bool) -> dict[str, "pd.DataFrame"]:
    """Return the rates by each of BY that says something, the total last.

    To the public all are suppressed together: two files with the same tables must not tell more than one.
    """
    frames = {by: rates(coverage, by=by) for by in BY}
    frames = {by: frame for by, frame in frames.items() if says_something(frame, by)}
    return suppress_together(frames, inside=_chains_and_segments(coverage, frames)) if public else frames


def says_something(frame: "pd.DataFrame", by: str) -> bool:
    """Leave out a table whose only row says that nothing is stated."""
    return any(value != UNKNOWN for value in frame[by].iloc[:-1])


def _chains_and_segments(coverage: Coverage, frames: dict[str, "pd.DataFrame"]) -> list[Inner]:
    """Tell which rows of segments lie in which row of chains, so that the one does not give the other away."""
    if not {"chain", "segment"} <= frames.keys():
        return []
    both = rates(coverage, by=["chain", "segment"])
    pairs = set(zip(both["chain"], both["segment"], strict=True))
    chains, segments = (list(frames[by][by]) for by in ("chain", "segment"))
    inner = [[j for j, segment in enumerate(segments[:-1]) if (chain, segment) in pairs] for chain in chains[:-1]]
    return [(("chain", i), ("segment", rows)) for i, rows in enumerate(inner) if rows]

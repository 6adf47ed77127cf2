"""What is cited for the items of a document: the words as they stand in the file, where, and how sure."""

from typing import Any

from graphkit.documents.clean import CleanText
from graphkit.graph.verdicts import WAITING
from graphkit.loaders.passages import Passages
from graphkit.schema import EdgeType, NodeType, quantities

METHOD = "document"
MENTION, NUMBER = "mention", "number"  # a name beside others, a number beside those of other years: no conflict
SENTENCE = "sentence"  # the method of evidence that quotes the sentence around an item
COMMON = ("valid_from", "valid_to", "count")  # what an item may say besides its properties
Row = dict[str, Any]
Span = tuple[int, int]


class Citations:
    """The rows of evidence of one document."""

    def __init__(self, clean: CleanText, source: str) -> None:
        self.clean, self.source = clean, source
        self.passages = Passages(clean)
        self.rows: list[Row] = []

    def of(self, own_id: str, confidence: float, **more: str) -> Row:
        """Return what all citations of one item share."""
        shared = {"element_id": own_id, "source_id": self.source, "method": METHOD, "confidence": confidence}
        return shared | more

    def quote(self, cited: Row, span: Span, **what: Any) -> None:
        """Cite a stretch of the cleaned text: its words as they stand in the file, and where."""
        self.rows.append(cited | {"place": self.passages.place(*span), "quote": self.clean.quote(*span)} | what)

    def quote_values(self, owner: NodeType | EdgeType, cited: Row, span: Span, values: Row) -> None:
        """Cite each property that an item says, a number with its bound, for it is one statement with it."""
        bounds = quantities(owner)
        for name in sorted(values.keys() & {*owner.properties, *COMMON}):
            bound = values.get(bounds.get(name, ""))
            text = "|".join(values[name]) if isinstance(values[name], list) else str(values[name])
            self.quote(cited, span, property=name, value=text if bound in (None, "exact") else f"{text} {bound}")

    def quote_status(self, cited: Row, span: Span, said: str) -> None:
        """Cite what a document itself says that something is, if that is not plainly there."""
        if said != "actual":
            self.quote(cited, span, property="status", value=said)

    def quote_sentence(self, cited: Row, span: Span, **what: Any) -> None:
        """Cite the sentence around an item, if it is longer."""
        around = self.passages.sentence(*span)
        if around != span:
            self.quote(cited, around, method=SENTENCE, **what)

    def mark_waiting(self, cited: Row, span: Span) -> None:
        """Note that a number waits for review: its table has no status."""
        self.rows.append(cited | {"place": self.passages.place(*span), "property": "status", "value": WAITING})

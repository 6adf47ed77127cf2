"""The map inside a notebook: the same page in a frame of its own that can reach neither the notebook nor the network.

The page travels inside the output (`srcdoc`), because a frame that points to a file stays empty in VS Code and in a
notebook that is passed on. Without `allow-same-origin` the frame has an origin of its own.
"""

from dataclasses import dataclass

from graphkit.errors import ExportError

MOST = 16_000_000  # characters that an output may add to a notebook: larger ones open slowly everywhere
# Scripts draw, downloads save pictures and tables, the print dialogue is a modal.
ALLOWED = "allow-scripts allow-downloads allow-modals"


@dataclass(frozen=True, slots=True, repr=False)
class MapFrame:
    """A page that a notebook shows inline; `height` in pixels."""

    page: str
    height: int = 640

    def _repr_html_(self) -> str:
        # In an attribute only its quote and the ampersand mean something: all else stays as it is, and stays short.
        page = self.page.replace("&", "&amp;").replace("'", "&#39;")
        style = "width:100%;border:1px solid #dcdfe3;border-radius:6px"
        return (
            f'<iframe sandbox="{ALLOWED}" style="{style}" width="100%" height="{self.height}" '
            f"title=\"graphkit\" srcdoc='{page}'></iframe>"
        )

    def __repr__(self) -> str:
        return f"map ({len(self.page):,} characters); a notebook shows it, export_map writes it"


def framed(page: str, height: int) -> MapFrame:
    """Return the frame of a page. Raises ExportError for one that is too large for a notebook."""
    if len(page) <= MOST:
        return MapFrame(page, height)
    hint = "Write it to a file with export_map, draw what lies around one node (focus=), or sum up (aggregate=)."
    message = f"the map has {len(page):,} characters; a notebook holds up to {MOST:,}"
    raise ExportError(message, code="map-too-large", hint=hint, characters=len(page), limit=MOST)

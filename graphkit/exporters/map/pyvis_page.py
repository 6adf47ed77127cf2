"""The pyvis engine: a Network whose adds cost O(1) and whose page is ours.

pyvis 0.3.2 keeps nodes and edges in lists that it searches at every add, writes its page from a CDN, in the locale's
encoding, and runs HTML that stands in names. Its data model and the vis-network file that it ships are all we use.
"""

import hashlib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyvis.network import Network

from graphkit.errors import ExportError
from graphkit.exporters.map.notebook import framed
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.page import page, write_page
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene
from graphkit.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

VIS = "templates/lib/vis-9.1.2/vis-network.min.js"
HEIGHT = 640
VIS_SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"


class MapNetwork(Network):  # type: ignore[misc]
    """A pyvis network of a scene. Nodes, edges and options that a user adds are drawn over it."""

    def __init__(self, scene: Scene, picture: Picture, schema: Schema, options: MapOptions) -> None:
        super().__init__(directed=True, cdn_resources="in_line")
        self.scene, self.picture, self.schema, self.map_options = scene, picture, schema, options
        self._own_edges = 0
        self._fill()

    def add_node(self, n_id: Any, label: str | None = None, **options: Any) -> None:
        """Add a node once; a second one with the same id is an error, not silently ignored."""
        if n_id in self.node_map:
            raise ExportError(f"the map already has a node {n_id!r}", code="map-node", hint="Choose another id.")
        node = {**options, "id": n_id, "label": str(n_id) if label is None else label}
        self.nodes.append(node)
        self.node_ids.append(n_id)
        self.node_map[n_id] = node

    def add_edge(self, source: Any, to: Any, **options: Any) -> None:
        """Add an edge between two nodes; parallel edges are kept."""
        for end in (source, to):
            if end not in self.node_map:
                hint = "Add the node first."
                raise ExportError(f"the map has no node {end!r}", code="map-node", hint=hint)
        self.edges.append({**options, "from": source, "to": to})

    def generate_html(self, *_: Any, **__: Any) -> str:
        """Return our page; pyvis's own template and its arguments are not used."""
        engine = {
            "script": vis_network(),
            "nodes": self.nodes[self._own_nodes :],
            "edges": self.edges[self._own_edges :],
            "options": self._user_options(),
        }
        return page(self.scene, self.picture, self.schema, self.map_options, engine=engine)

    def _repr_html_(self) -> str:
        """Show the page at the end of a notebook's cell."""
        return framed(self.generate_html(), HEIGHT)._repr_html_()

    def write_html(self, name: str, *_: Any, **__: Any) -> None:
        """Write our page to a file: UTF-8, whole or not at all."""
        write_page(self.generate_html(), Path(name))

    def _fill(self) -> None:
        nodes, picture, edges = self.scene.nodes, self.picture, self.scene.edges
        for i, node in enumerate(nodes.id):
            self.add_node(node, nodes.label[i], x=picture.x[i], y=picture.y[i], shape="custom", group=nodes.type[i])
        for i, edge in enumerate(edges.id):
            self.add_edge(nodes.id[edges.a[i]], nodes.id[edges.b[i]], id=edge, type=edges.type[i])
        self._own_nodes, self._own_edges = len(self.nodes), len(self.edges)

    def _user_options(self) -> "Mapping[str, Any]":
        """Options set with `set_options`; pyvis's defaults (an Options object) ask for physics and are left out."""
        options = self.options if isinstance(self.options, dict) else {}
        return {key: value for key, value in options.items() if key != "physics"}


@cache
def vis_network() -> str:
    """Return the script of vis-network that pyvis ships, if it is the very file that we know."""
    data = (files("pyvis") / VIS).read_bytes()
    if hashlib.sha256(data).hexdigest() != VIS_SHA256:
        hint = "Install pyvis 0.3.2."
        raise ExportError("pyvis ships another vis-network than the one pinned here", code="vis-network", hint=hint)
    # A browser reads \r\n as \n before it hashes a script, so that the policy's hash has to be of the same text.
    return data.decode("utf-8").replace("\r\n", "\n")

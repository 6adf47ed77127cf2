"""Which layout answers the question: chain lanes when units have a chain, communities otherwise."""

from graphkit.exporters.map.lanes import chain_lanes, units_of
from graphkit.exporters.map.options import MapOptions
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene


def choose(scene: Scene, options: MapOptions) -> str:
    """Return the layout asked for; `auto` takes the lanes if at least half of the units have a chain."""
    if options.layout != "auto":
        return options.layout
    units = units_of(scene)
    placed = sum(bool(scene.nodes.chains[unit]) for unit in units)
    return "chain" if placed and 2 * placed >= len(units) else "communities"


def place(scene: Scene, options: MapOptions) -> Picture:
    """Give every node of a scene its place."""
    if choose(scene, options) == "chain":
        return chain_lanes(scene)
    # numpy's and scipy's weight is not worth paying for a picture of lanes
    from graphkit.exporters.map.communities import communities

    return communities(scene, options.seed)

"""Which layout answers the question, and the picture that it gives.

Lanes show who covers whom along a chain, a matrix where the gaps are among many, tiers who stands under whom.
"""

from graphkit.exporters.map.lanes import chain_lanes
from graphkit.exporters.map.options import Layout, MapOptions
from graphkit.exporters.map.picture import Picture
from graphkit.exporters.map.scene import Scene
from graphkit.exporters.map.units import units_of

MANY = 120  # units in lanes that can still be read one by one


def choose(scene: Scene, options: MapOptions) -> Layout:
    """Return the layout asked for; `auto` decides by what is known of the units, and by how many they are.

    More than 120 units of which town and chain are known make a matrix, units of which at least half have a chain
    lanes; a network of regions and federations in which no unit has a chain is shown as tiers, all else by communities,
    as is what lies around one node.
    """
    if options.layout != "auto":
        return options.layout
    if scene.focus is not None:
        return "communities"
    nodes, units = scene.nodes, units_of(scene)
    chained = [unit for unit in units if nodes.chains[unit]]
    if sum(nodes.town[unit] >= 0 for unit in chained) > MANY:
        return "matrix"
    if chained:
        return "chain" if 2 * len(chained) >= len(units) else "communities"
    return "tiers" if {"Region", "Federation"} <= set(nodes.type) else "communities"


def place(scene: Scene, options: MapOptions) -> Picture:
    """Give every node of a scene its place."""
    if scene.groups is not None:
        from graphkit.exporters.map.ring import ring

        return ring(scene)
    chosen = choose(scene, options)
    if chosen == "chain":
        return chain_lanes(scene)
    if chosen == "matrix":
        from graphkit.exporters.map.matrix import matrix

        return matrix(scene)
    if chosen == "tiers":
        from graphkit.exporters.map.tiers import tiers

        return tiers(scene)
    # numpy's and scipy's weight is not worth paying for a picture of lanes
    from graphkit.exporters.map.communities import communities

    return communities(scene, options.seed)

"""Communities: a force layout for networks that have no order of their own, computed here and not in the browser.

ForceAtlas2's forces (Jacomy et al. 2014) with Noack's LinLog attraction, which pulls communities apart; repulsion is
a convolution on a grid (Fast Fourier), so that a step costs O(edges + grid log grid). Seeded, hence repeatable.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from graphkit.exporters.map.picture import ASPECT, Canvas, Picture, area_scale, radius
from graphkit.exporters.map.scene import WOMENS_ORGANISATIONS, Scene

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]
    Numbers = NDArray[np.int64]

STEPS = 300
ROOM_X, ROOM_Y = 76.0, 44.0  # what a node and its label want to themselves
LARGEST_UNIT = 20.0
MARGIN = 60.0
SIDE = 130.0  # labels reach further to the sides than down


def communities(scene: Scene, seed: int = 0) -> Picture:
    """Place connected nodes near each other and communities apart, without overlaps, in the shape of the stage."""
    count, drawn = len(scene.nodes), _drawn(scene)
    ends = np.array([scene.edges.a, scene.edges.b], dtype=np.int64).reshape(2, -1)
    ends = ends[:, (ends[0] != ends[1]) & np.isin(ends, drawn).all(axis=0)]
    joined = np.unique(ends)
    points = np.zeros((count, 2))
    if len(joined):
        number = np.full(count, -1)
        number[joined] = np.arange(len(joined))
        shaped = _shaped(force_layout(len(joined), number[ends], seed=seed))
        points[joined] = part(shaped, room=(ROOM_X, ROOM_Y))
        points[joined] -= points[joined].min(axis=0)
    _row(points, np.setdiff1d(drawn, joined))
    return _picture(scene, points + np.array([SIDE, MARGIN]), islands(count, ends), drawn)


def _drawn(scene: Scene) -> "Numbers":
    """All nodes; around one node only what is reached from it: towns and chains are known there, but in the way."""
    if scene.focus is None:
        return np.arange(len(scene.nodes))
    return np.array([i for i, kind in enumerate(scene.nodes.type) if kind not in ("Region", "Industry")], np.int64)


def _row(points: "Points", alone: "Numbers") -> None:
    """Put nodes that nothing joins in rows below the others, where they take no room from them."""
    width = max(float(points[:, 0].max(initial=0.0)), ROOM_X * 8)
    columns = int(width // (ROOM_X * 1.6)) or 1
    low = float(points[:, 1].max(initial=0.0)) + 2 * ROOM_Y
    for n, node in enumerate(alone.tolist()):
        points[node] = (n % columns) * ROOM_X * 1.6, low + (n // columns) * ROOM_Y * 1.2


@dataclass(slots=True)
class _Grid:
    """The repulsion kernel x / r^2 on a grid, transformed once."""

    size: int
    kernels: list["NDArray[np.complex128]"] = field(init=False)

    def __post_init__(self) -> None:
        i = np.arange(2 * self.size)
        i = np.where(i < self.size, i, i - 2 * self.size).astype(float)
        dx, dy = np.meshgrid(i, i, indexing="ij")
        distance = dx * dx + dy * dy + 0.25
        self.kernels = [np.fft.rfft2(d / distance) for d in (dx, dy)]

    def repulsion(self, points: "Points", mass: "Points") -> "Points":
        """Spread the masses over the grid, convolve, and read the force back at each point."""
        low, size = points.min(axis=0), self.size
        step = float((points.max(axis=0) - low).max()) / (size - 3) + 1e-9
        place = (points - low) / step + 1
        cell = place.astype(np.int64)
        part = place - cell
        corners = [
            ((cell[:, 0] + a) * size + cell[:, 1] + b, np.abs(1 - a - part[:, 0]) * np.abs(1 - b - part[:, 1]))
            for a in (0, 1)
            for b in (0, 1)
        ]
        grid = sum(np.bincount(k, mass * w, minlength=size * size) for k, w in corners)
        spectrum = np.fft.rfft2(np.asarray(grid).reshape(size, size), s=(2 * size, 2 * size))
        force = np.empty_like(points)
        for axis, kernel in enumerate(self.kernels):
            field_ = np.fft.irfft2(spectrum * kernel)[:size, :size].ravel()
            force[:, axis] = sum(field_[k] * w for k, w in corners)
        force *= (2.0 * mass / step)[:, None]
        return force


def force_layout(count: int, ends: "Numbers", *, seed: int = 0, steps: int = STEPS) -> "Points":
    """Return positions of `count` nodes joined by `ends` (2 x edges), the same for the same seed."""
    rng = np.random.default_rng(seed)
    points: Points = np.asarray(rng.normal(size=(count, 2)) * np.sqrt(max(count, 1)) * 2)
    if count < 2:
        return points
    mass: Points = (np.bincount(ends.ravel(), minlength=count) + 1.0).astype(np.float64)
    grid, before = _Grid(128 if count < 5000 else 256), np.zeros_like(points)
    speed, efficiency = 1.0, 1.0
    for _ in range(steps):
        force = grid.repulsion(points, mass) + _attraction(points, ends) - _gravity(points, mass)
        swing = np.sqrt(((force - before) ** 2).sum(axis=1))
        total_swing = float((mass * swing).sum()) + 1e-9
        traction = float((mass * np.sqrt(((force + before) ** 2).sum(axis=1)) / 2).sum()) + 1e-9
        speed, efficiency = _speed(speed, efficiency, total_swing, traction, count)
        points = np.asarray(points + force * (speed / (1 + np.sqrt(speed * swing)))[:, None])
        before = force
    return points


def _attraction(points: "Points", ends: "Numbers") -> "Points":
    """Pull the ends of each edge together with log(1 + distance)."""
    difference = points[ends[1]] - points[ends[0]]
    distance = np.sqrt((difference**2).sum(axis=1)) + 1e-9
    pull = difference * (np.log1p(distance) / distance)[:, None]
    count = len(points)
    sides = [np.bincount(ends[0], pull[:, k], count) - np.bincount(ends[1], pull[:, k], count) for k in (0, 1)]
    return np.stack(sides, axis=1).astype(np.float64)


def _gravity(points: "Points", mass: "Points") -> "Points":
    """Keep parts that nothing joins from drifting away; constant pull, so that near things are not crushed."""
    return np.asarray(points * (1.6 * mass / (np.sqrt((points**2).sum(axis=1)) + 1e-9))[:, None])


def _speed(speed: float, efficiency: float, swing: float, traction: float, count: int) -> tuple[float, float]:
    """Adapt the global speed as ForceAtlas2 does: slow down while points swing, speed up while they travel."""
    estimate = 0.05 * np.sqrt(count)
    jitter = max(np.sqrt(estimate), min(10.0, estimate * traction / count**2))
    if swing / traction > 2.0:
        efficiency, jitter = max(efficiency * 0.5, 0.05), max(jitter, 1.0)
    target = jitter * efficiency * traction / swing
    if swing > jitter * traction:
        efficiency = max(efficiency * 0.7, 0.05)
    elif speed < 1000:
        efficiency *= 1.3
    return float(speed + min(target - speed, 0.5 * speed)), efficiency


def _shaped(points: "Points") -> "Points":
    """Turn the long axis to the horizontal, give the cloud the shape of the stage and room for its labels."""
    if len(points) < 2:
        return points * 0.0
    points = points - points.mean(axis=0)
    _, vectors = np.linalg.eigh(np.cov(points.T))
    # A fixed sign, so that the picture does not flip with the library that computed the eigenvectors.
    axes = vectors[:, ::-1] * np.where(vectors[:, ::-1].sum(axis=0) < 0, -1.0, 1.0)
    points = points @ axes
    points = np.sign(points) * np.abs(points) ** 0.85  # pull outliers in
    spans = np.ptp(np.percentile(points, [2, 98], axis=0), axis=0) + 1e-9
    height = np.sqrt(len(points) * ROOM_X * ROOM_Y * 1.5 / ASPECT)
    return np.asarray(points * (np.array([height * ASPECT, height]) / spans))


def part(points: "Points", *, room: tuple[float, float], passes: int = 120) -> "Points":
    """Push points apart until each has its room (an ellipse: labels are wide and low)."""
    from scipy.spatial import cKDTree

    scaled = points / np.array(room)
    for _ in range(passes):
        pairs = cKDTree(scaled).query_pairs(1.0, output_type="ndarray")
        if not len(pairs):
            break
        difference = scaled[pairs[:, 1]] - scaled[pairs[:, 0]]
        distance = np.sqrt((difference**2).sum(axis=1))
        # Points on one spot part in the direction of their numbers, so that the result is repeatable.
        angle = pairs[:, 0] * 2.399963
        lost = distance < 1e-6
        difference[lost] = np.stack([np.cos(angle), np.sin(angle)], axis=1)[lost] * 1e-3
        push = difference * ((1.02 - distance) / np.maximum(distance, 1e-3) * 0.35)[:, None]
        for axis in (0, 1):
            scaled[:, axis] += np.bincount(pairs[:, 1], push[:, axis], len(scaled))
            scaled[:, axis] -= np.bincount(pairs[:, 0], push[:, axis], len(scaled))
    return np.asarray(scaled * np.array(room))


def islands(count: int, ends: "Numbers") -> tuple[tuple[int, ...], ...]:
    """Group nodes by modularity (Louvain, in the order of their numbers: repeatable), largest group first."""
    group = list(range(count))
    near: list[Counter[int]] = [Counter() for _ in range(count)]
    for a, b in ends.T.tolist():
        near[a][b] += 1
        near[b][a] += 1
    while True:
        moved = _moved(near)
        labels = {label: k for k, label in enumerate(dict.fromkeys(moved))}
        if len(labels) == len(near):
            break
        group = [labels[moved[g]] for g in group]
        merged: list[Counter[int]] = [Counter() for _ in labels]
        for node, others in enumerate(near):
            for other, weight in others.items():
                merged[labels[moved[node]]][labels[moved[other]]] += weight
        near = merged
    members: dict[int, list[int]] = {}
    for node, label in enumerate(group):
        members.setdefault(label, []).append(node)
    return tuple(sorted((tuple(m) for m in members.values() if len(m) > 2), key=lambda m: (-len(m), m)))


def _moved(near: Sequence["Counter[int]"]) -> list[int]:
    """Move each node to the neighbouring group that gains most modularity, until nothing moves."""
    group, degree = list(range(len(near))), [sum(others.values()) for others in near]
    weight, total = list(degree), max(1, sum(degree))
    for _ in range(30):
        changed = False
        for node, others in enumerate(near):
            links: Counter[int] = Counter()
            for other, times in others.items():
                if other != node:
                    links[group[other]] += times
            own = group[node]
            weight[own] -= degree[node]
            gain = {g: links[g] - weight[g] * degree[node] / total for g in sorted({*links, own})}
            best = max(gain, key=lambda g: (gain[g] + 1e-9 * (g == own), g == own))
            weight[best] += degree[node]
            group[node] = best
            changed |= best != own
        if not changed:
            break
    return group


def _picture(scene: Scene, points: "Points", groups: tuple[tuple[int, ...], ...], drawn: "Numbers") -> Picture:
    nodes, canvas = scene.nodes, Canvas.blank(len(scene.nodes))
    degree = Counter([*scene.edges.a, *scene.edges.b])
    units = [w for w, unit in zip(nodes.women, nodes.unit, strict=True) if unit]
    scale = area_scale(units or nodes.women, LARGEST_UNIT)
    for i in drawn.tolist():
        x, y = points[i].tolist()
        canvas.put(i, x, y, room=134.0)
        if nodes.unit[i] or nodes.type[i] == "Company":
            canvas.r[i] = max(8.0, radius(nodes.women[i], scale))
        elif nodes.type[i] in WOMENS_ORGANISATIONS:
            canvas.r[i] = 10.0 + min(5.0, degree[i] * 0.3)
        else:
            canvas.r[i] = round(7.0 + min(4.0, degree[i] * 0.25), 1)
    size = points.max(axis=0, initial=0.0) + np.array([SIDE, MARGIN]) if len(points) else np.array([400.0, 300.0])
    return Picture(
        "communities",
        float(round(size[0], 1)),
        float(round(size[1], 1)),
        tuple(canvas.x),
        tuple(canvas.y),
        tuple(canvas.r),
        tuple(canvas.room),
        tuple(canvas.docked),
        scale,
        islands=groups,
    )

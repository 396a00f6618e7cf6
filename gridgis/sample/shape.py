"""The land of the sample town: atoms, the partition into villages and cells, and their borders.

Everything is drawn in metres in a plane around `ORIGIN`. The land is cut once into a few hundred
*atoms* (Voronoi cells whose generators stand in mirrored pairs along the town's outline and its
rivers and roads, so that atom borders follow those lines). A cell is a set of atoms. The borders
between cells are gathered into arcs, each arc is smoothed once and rounded once, and every polygon
of every tier is put together from the same arcs: neighbours share their vertices to the last bit,
and a parent is the union of its children by construction.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Voronoi
from shapely import LineString

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ORIGIN = (120.62, 31.02)
"""Longitude and latitude, in degrees (WGS 84), of the plane's origin."""

DECIMALS = 7  # of a degree: about a centimetre
OUTSIDE = -1
_RADIUS_M = 6_371_008.8
_REACH = (4150.0, 3350.0)  # half axes of the town, metres


def degrees(xy: Floats) -> Floats:
    """Plane coordinates (n, 2) in metres as longitude and latitude in degrees, rounded."""
    per_degree = np.pi / 180 * _RADIUS_M
    scale = np.array([per_degree * np.cos(np.radians(ORIGIN[1])), per_degree])
    return np.asarray(np.round(np.asarray(xy) / scale + np.array(ORIGIN), DECIMALS))


def curve(points: list[tuple[float, float]], step: float = 40.0) -> Floats:
    """Return a smooth line through the points, with a vertex every `step` metres."""
    through = np.array(points)
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(through, axis=0).T))]
    at = np.linspace(0, along[-1], int(along[-1] / step) + 1)
    return np.asarray(CubicSpline(along, through)(at))


def outline(rng: np.random.Generator) -> Floats:
    """Return the town's outline, a closed ring (n, 2) in metres: an ellipse bent by harmonics."""
    turn = np.linspace(0, 2 * np.pi, 721)
    waves = np.arange(2, 41)
    size = rng.normal(size=len(waves)) * np.where(waves < 7, 0.085 / waves**0.6, 0.09 / waves**1.15)
    phase = rng.uniform(0, 2 * np.pi, len(waves))
    reach = 1 + (size * np.cos(np.outer(turn, waves) + phase)).sum(axis=1)
    return np.asarray(np.c_[_REACH[0] * reach * np.cos(turn), _REACH[1] * reach * np.sin(turn)])


@dataclass(frozen=True)
class Atoms:
    """The land cut into atoms.

    Attributes
    ----------
    centre : (n, 2) array
        Generators, metres. Those outside the town come last and are not counted in `inside`.
    inside : int
        How many atoms lie in the town; they are the first ones.
    area : (inside,) array
        Square metres.
    edges : (m, 2) array of int
        Atoms on either side of each border segment.
    ends : (m, 2) array of int
        Vertices at either end of each border segment.
    vertices : (k, 2) array
        Metres.
    walls : (m,) array of bool
        Whether the segment lies on a river or a through road.
    """

    centre: Floats
    inside: int
    area: Floats
    edges: Ints
    ends: Ints
    vertices: Floats
    walls: NDArray[np.bool_]


def cut(ring: Floats, spines: list[Floats], towns: Floats, rng: np.random.Generator) -> Atoms:
    """Cut the land inside `ring` into atoms, small near the built-up places `towns`."""
    land = shapely.Polygon(ring)
    shapely.prepare(land)

    def spacing(points: Floats) -> Floats:
        near = np.exp(-((points[:, None] - towns[None]) ** 2).sum(axis=2) / 750.0**2).max(axis=1)
        return np.asarray(215.0 - 115.0 * near)

    chosen = np.full((20000, 2), np.inf)
    side = np.full((20000, 2), (-1, 0))  # (spine, side), (-1, 0) for a free atom
    count = 0

    def free(point: Floats, apart: float) -> bool:
        return bool((((chosen[:count] - point) ** 2).sum(axis=1) >= apart**2).all())

    for number, line in enumerate([ring, *spines]):
        for first, second in _pairs(line, spacing):
            pair = np.array([first, second])
            if number and not shapely.contains_xy(land, pair).all():
                continue
            apart = 0.62 * float(spacing(pair).max())
            if free(first, apart) and free(second, apart):
                chosen[count : count + 2] = pair
                side[count : count + 2] = (number, 1), (number, -1)
                count += 2
    low, high = ring.min(axis=0) - 150, ring.max(axis=0) + 150
    darts = rng.uniform(low, high, (9000, 2))
    darts = darts[shapely.contains_xy(land, darts)]
    for dart, apart in zip(darts, (0.9 * spacing(darts)).tolist(), strict=True):
        if free(dart, apart):
            chosen[count] = dart
            count += 1
    centre, side = chosen[:count], side[:count]
    # The mirrored generators outside come last; a ring far away closes their atoms.
    within = shapely.contains_xy(land, centre)
    order = np.argsort(~within, kind="stable")
    centre, side, inside = centre[order], side[order], int(within.sum())
    guard = ring[::8] * 1.6
    diagram = Voronoi(np.vstack([centre, guard]))
    edges = np.asarray(diagram.ridge_points, dtype=np.int64)
    ends = np.array([r if len(r) == 2 else [-1, -1] for r in diagram.ridge_vertices], np.int64)
    keep = (edges.min(axis=1) < inside) & (ends >= 0).all(axis=1)
    edges, ends = edges[keep], ends[keep]
    known = np.vstack([side, np.full((len(guard), 2), (-1, 0))])
    a, b = known[edges[:, 0]], known[edges[:, 1]]
    walls = (a[:, 0] == b[:, 0]) & (a[:, 1] * b[:, 1] < 0)
    rings = [diagram.vertices[diagram.regions[diagram.point_region[i]]] for i in range(inside)]
    area = shapely.area(np.array([shapely.convex_hull(shapely.multipoints(r)) for r in rings]))
    return Atoms(centre, inside, area, edges, ends, np.asarray(diagram.vertices), walls)


def _pairs(line: Floats, spacing: Callable[[Floats], Floats]) -> list[tuple[Floats, Floats]]:
    """Return generators on either side of a line, so that the border between them is the line."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    pairs, at = [], 20.0
    while at < along[-1]:
        here = np.array([np.interp(at, along, line[:, k]) for k in (0, 1)])
        ahead = np.array([np.interp(min(at + 30, along[-1]), along, line[:, k]) for k in (0, 1)])
        back = np.array([np.interp(max(at - 30, 0), along, line[:, k]) for k in (0, 1)])
        dx, dy = (ahead - back) / max(np.hypot(*(ahead - back)), 1e-9)
        apart = float(spacing(here[None])[0])
        off = 0.42 * apart * np.array([-dy, dx])
        pairs.append((here + off, here - off))
        at += 0.85 * apart
    return pairs


def villages(atoms: Atoms, seeds: Floats, weight: Floats) -> Ints:
    """Return the village of each atom: the nearest seed by a way that shuns crossing walls."""
    inner = (atoms.edges < atoms.inside).all(axis=1)
    i, j = atoms.edges[inner].T
    gap = np.hypot(*(atoms.centre[i] - atoms.centre[j]).T) + 2500.0 * atoms.walls[inner]
    start = np.array([np.hypot(*(atoms.centre[: atoms.inside] - s).T).argmin() for s in seeds])
    n = atoms.inside
    graph = coo_array((np.r_[gap, gap], (np.r_[i, j], np.r_[j, i])), shape=(n, n)).tocsr()
    away = dijkstra(graph, indices=start)
    return np.asarray((away / weight[:, None]).argmin(axis=0), dtype=np.int64)


Near = list[list[tuple[int, float]]]


def neighbours(atoms: Atoms) -> Near:
    """For each atom its neighbours in the town and what a border between them costs (metres)."""
    near: Near = [[] for _ in range(atoms.inside)]
    start, end = atoms.vertices[atoms.ends].transpose(1, 0, 2)
    cost = np.hypot(*(start - end).T) * np.where(atoms.walls, 0.1, 1.0)
    for (a, b), c in zip(atoms.edges.tolist(), cost.tolist(), strict=True):
        if a < atoms.inside and b < atoms.inside:
            near[a].append((b, c))
            near[b].append((a, c))
    return near


def split(
    atoms: Atoms, around: Near, members: Ints, load: Floats, parts: int, rng: np.random.Generator
) -> Ints:
    """Split a village's atoms into connected parts of about equal load; the part of each member."""
    place = {m: k for k, m in enumerate(members.tolist())}
    near = [[(place[b], c) for b, c in around[m] if b in place] for m in members.tolist()]
    xy = atoms.centre[members]
    best: tuple[float, Ints] | None = None
    for _ in range(3):
        seeds = [int(rng.integers(len(members)))]
        while len(seeds) < parts:
            away = np.hypot(*(xy[:, None] - xy[seeds][None]).transpose(2, 0, 1)).min(axis=1)
            seeds.append(int(away.argmax()))
        for _ in range(4):
            part = _grow(xy, near, load, seeds)
            seeds = [
                int(np.where(part == p, np.hypot(*(xy - xy[part == p].mean(0)).T), np.inf).argmin())
                for p in range(parts)
            ]
        part = _balance(near, load, part, parts, rng)
        uneven = np.bincount(part, load, parts) / load.sum() * parts - 1
        border = sum(c for a, row in enumerate(near) for b, c in row if part[a] != part[b])
        score = float((uneven**2).sum() * 6 + border / 2 / np.sqrt(atoms.area[members].sum()))
        if best is None or score < best[0]:
            best = score, part
    assert best is not None  # noqa: S101 - the loop above ran
    return best[1]


def _grow(xy: Floats, near: Near, load: Floats, seeds: list[int]) -> Ints:
    part = np.full(len(xy), -1, dtype=np.int64)
    held = [0.0] * len(seeds)
    fronts: list[set[int]] = [set() for _ in seeds]

    away = np.hypot(*(xy[:, None] - xy[seeds][None]).transpose(2, 0, 1)).tolist()

    def take(p: int, atom: int) -> None:
        part[atom] = p
        held[p] += float(load[atom])
        fronts[p] |= {b for b, _ in near[atom]}

    for p, seed in enumerate(seeds):
        if part[seed] < 0:
            take(p, seed)
    for _ in range(len(xy) - len(set(seeds))):
        for p in sorted(range(len(seeds)), key=lambda p: held[p]):
            fronts[p] = {b for b in fronts[p] if part[b] < 0}
            if fronts[p]:
                take(p, min(fronts[p], key=lambda b: away[b][p]))
                break
        else:
            raise AssertionError("a village is not in one piece")
    return part


def _balance(
    near: Near,
    load: Floats,
    part: Ints,
    parts: int,
    rng: np.random.Generator,
) -> Ints:
    """Hand single atoms over while that shortens borders or evens loads; parts stay connected."""
    part = part.copy()
    held = np.bincount(part, load, parts)
    norm = float(load.sum()) / parts
    for atom in rng.integers(len(part), size=25 * len(part)).tolist():
        own = int(part[atom])
        costs: dict[int, float] = defaultdict(float)
        for b, cost in near[atom]:
            costs[int(part[b])] += cost
        for other in costs:
            if other == own:
                continue
            before = ((held[own] / norm - 1) ** 2 + (held[other] / norm - 1) ** 2) * 2500
            after = ((held[own] - load[atom]) / norm - 1) ** 2
            after = (after + ((held[other] + load[atom]) / norm - 1) ** 2) * 2500
            if costs[other] - costs[own] + before - after > 1 and _stays(near, part, atom):
                held[own] -= load[atom]
                held[other] += load[atom]
                part[atom] = other
                break
    return part


def _stays(near: Near, part: Ints, atom: int) -> bool:
    """Whether the atom's part stays in one piece without it."""
    left = {b for b, _ in near[atom] if part[b] == part[atom]}
    if not left:
        return False
    seen, todo = {atom}, [left.pop()]
    while todo and left:
        at = todo.pop()
        for b, _ in near[at]:
            if b not in seen and part[b] == part[atom]:
                seen.add(b)
                left.discard(b)
                todo.append(b)
    return not left


def draw(
    atoms: Atoms, cell: Ints, cells: int
) -> tuple[list[shapely.Polygon], list[shapely.Polygon]]:
    """Return the polygons of all cells, in metres and in degrees, made of shared arcs.

    `cell` is the cell of each atom in the town. Smoothing is taken back until no arc touches
    another, so that the answer always tiles.
    """
    label = np.full(atoms.edges.max() + 1, OUTSIDE)
    label[: atoms.inside] = cell
    arcs = _arcs(atoms, label[atoms.edges])
    for rounds in (16, 10, 6, 3, 0):
        lines = [(pair, _smooth(line, rounds)) for pair, line in arcs]
        plane = _assemble([(pair, line) for pair, line in lines], cells)
        globe = _assemble([(pair, degrees(line)) for pair, line in lines], cells)
        if plane and globe:
            return plane, globe
    raise AssertionError("the borders of the sample town cross")


Arc = tuple[tuple[int, int], Floats]


def _arcs(atoms: Atoms, labels: Ints) -> list[Arc]:
    """Chains of border segments between the same two cells, from junction to junction."""
    border = labels[:, 0] != labels[:, 1]
    at: dict[int, list[int]] = defaultdict(list)
    ends = atoms.ends
    for edge in np.flatnonzero(border).tolist():
        for vertex in ends[edge].tolist():
            at[vertex].append(edge)
    used: set[int] = set()
    arcs: list[Arc] = []
    for start in sorted(v for v, edges in at.items() if len(edges) != 2):
        for first in at[start]:
            if first in used:
                continue
            chain, edge = [start], first
            while True:
                used.add(edge)
                u, v = ends[edge].tolist()
                chain.append(v if chain[-1] == u else u)
                if len(at[chain[-1]]) != 2:
                    break
                edge = next(e for e in at[chain[-1]] if e != edge)
            low, high = sorted(labels[first].tolist())
            arcs.append(((low, high), atoms.vertices[chain]))
    return arcs


def _smooth(line: Floats, rounds: int) -> Floats:
    """Return the line evenly sampled, relaxed with its ends held, and thinned to what is seen."""
    along = np.r_[0, np.cumsum(np.hypot(*np.diff(line, axis=0).T))]
    at = np.linspace(0, along[-1], max(3, int(along[-1] / 35)))
    bent = np.c_[np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])]
    for _ in range(rounds):
        bent[1:-1] += 0.5 * ((bent[:-2] + bent[2:]) / 2 - bent[1:-1])
    thin = shapely.simplify(shapely.linestrings(bent), 1.5)
    return shapely.get_coordinates(thin)


def _assemble(arcs: list[Arc], cells: int) -> list[shapely.Polygon]:
    """One polygon a cell, or nothing where the arcs do not make exactly that."""
    mine: list[list[LineString]] = [[] for _ in range(cells)]
    for pair, line in arcs:
        for cell in pair:
            if cell != OUTSIDE:
                mine[cell].append(LineString(line))
    shapes = []
    for lines in mine:
        faces = shapely.get_parts(shapely.polygonize(lines))
        if len(faces) != 1:
            return []
        shapes.append(shapely.orient_polygons(faces[0]))
    whole = np.array(shapes)
    return shapes if shapely.is_valid(whole).all() and shapely.coverage_is_valid(whole) else []

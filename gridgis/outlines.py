"""Cell outlines: what is repaired because only one reading is possible, and what is refused."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

Shapes = NDArray[np.object_]

POLYGON, MULTIPOLYGON, COLLECTION = 3, 6, 7


def tidy(
    shape: BaseGeometry | None,
) -> tuple[shapely.MultiPolygon | None, str | None, str | None]:
    """(outline, repair, fault) of one shape as it came.

    The outline is two-dimensional, valid, and a MultiPolygon; None with a fault where there is
    no single reading. A repair is made only where it cannot change what is covered: Z and M
    dropped, parts and holes without any area dropped, polygons taken out of a collection, a ring
    that touches itself redrawn, parts that share an edge or overlap united.
    """
    if shape is None or shapely.is_empty(shape):
        return None, None, "no shape"
    flat = shapely.force_2d(shape)
    if not np.isfinite(shapely.get_coordinates(flat)).all():
        return None, None, "a coordinate is not a number"
    if shapely.get_type_id(flat) not in (POLYGON, MULTIPOLYGON, COLLECTION):
        return None, None, f"a {flat.geom_type}, not a polygon"
    repairs = []
    parts = [part for part in _polygons(flat) if _encloses(part.exterior)]
    dropped = len(_polygons(flat)) - len(parts)
    if dropped:
        repairs.append(f"{dropped} part(s) without area dropped")
    tidied = []
    for part in parts:
        holes = [ring for ring in part.interiors if _encloses(ring)]
        if len(holes) < len(part.interiors):
            repairs.append(f"{len(part.interiors) - len(holes)} hole(s) without area dropped")
            part = shapely.Polygon(part.exterior, holes)
        redrawn = _redrawn(part)
        if redrawn is not None:
            repairs.append("a ring that touches itself redrawn")
        tidied += [part] if redrawn is None else redrawn
    if not tidied:
        return None, None, "no polygon with an area"
    outline = shapely.multipolygons(tidied)
    if not shapely.is_valid(outline) and all(shapely.is_valid(part) for part in tidied):
        outline = shapely.multipolygons(_polygons(shapely.union_all(tidied)))
        repairs.append(f"{len(tidied)} parts that share an edge or overlap united")
    if not shapely.is_valid(outline):
        return None, None, str(shapely.is_valid_reason(outline))
    return outline, "; ".join(repairs) or None, None


def _encloses(ring: shapely.LinearRing) -> bool:
    """Whether the ring has an inside; by the shoelace a bow-tie with equal halves has none."""
    face = shapely.polygons(ring)
    return bool(shapely.area(face) > 0 or shapely.area(shapely.make_valid(face)) > 0)


def _redrawn(part: shapely.Polygon) -> list[shapely.Polygon] | None:
    """The same surface by valid rings, where a ring only touches itself; None otherwise.

    The shoelace area counts what a ring winds around twice twice, and what it winds around the
    other way negative; of the two ways to make it valid one leaves out what is wound around twice
    and one takes it in. Only a ring that winds around everything once encloses the same area by
    all three (a bow-tie does not).
    """
    if shapely.is_valid(part):
        return None
    parts = _polygons(shapely.make_valid(part))
    whole = shapely.make_valid(part, method="structure", keep_collapsed=False)
    areas = [float(np.sum(shapely.area(parts))), float(shapely.area(whole))]
    if not np.allclose(areas, float(shapely.area(part)), rtol=1e-12, atol=0.0):
        return None
    return parts


def _polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    parts = shapely.get_parts(shape)
    while (shapely.get_type_id(parts) > POLYGON).any():
        parts = shapely.get_parts(parts)
    return [part for part in parts if shapely.get_type_id(part) == POLYGON]


def merged(shapes: Shapes, group: NDArray[np.intp], groups: int) -> Shapes:
    """The union of the shapes of each group, as MultiPolygons; a group of one stays as drawn."""
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(groups + 1))
    result = np.empty(groups, dtype=object)
    for number in range(groups):
        members = shapes[order[starts[number] : starts[number + 1]]]
        whole = members[0] if len(members) == 1 else shapely.union_all(members)
        result[number] = shapely.MultiPolygon(_polygons(whole))
    return result


def overlaps(shapes: Shapes) -> tuple[NDArray[np.intp], NDArray[np.intp], Shapes]:
    """Pairs i < j of shapes whose interiors meet, and what they share."""
    i, j = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    above = i < j
    i, j = i[above], j[above]
    inside = shapely.relate_pattern(shapes[i], shapes[j], "T********")
    i, j = i[inside], j[inside]
    return i, j, shapely.intersection(shapes[i], shapes[j])


def shares(inner: Shapes, outer: Shapes) -> NDArray[np.float64]:
    """Per pair, the share of the inner shape's area that lies in the outer one.

    A ratio of planar areas in degrees: over one cell the scale hardly varies, so it differs from
    the ratio of true areas by far less than the norms it is compared with.
    """
    return np.asarray(shapely.area(shapely.intersection(inner, outer)) / shapely.area(inner))

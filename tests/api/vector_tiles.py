"""A reader of Mapbox vector tiles, by the specification and nothing of ours (version 2.1).

GDAL has one too; it hides what tests must see: the buffer around a tile, and repeated features.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORLD_M = 2 * math.pi * 6_378_137.0  # the equator of Web Mercator


@dataclass(frozen=True)
class TileFeature:
    """One feature: its rings, lines or points as arrays of tile units, x east, y south."""

    id: int | None
    kind: int  # 1 point, 2 line, 3 polygon
    parts: list[NDArray[np.int64]]
    properties: dict[str, Any]


@dataclass(frozen=True)
class TileLayer:
    """One layer of a tile."""

    name: str
    extent: int
    features: list[TileFeature]


def read_tile(data: bytes) -> dict[str, TileLayer]:
    """The layers of a tile, by name."""
    layers = [_layer(value) for field, value in _fields(data) if field == 3]
    assert len({layer.name for layer in layers}) == len(layers)
    return {layer.name: layer for layer in layers}


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """(number, value) of each field of a protobuf message."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        match tag & 7:
            case 0:
                value: Any
                value, at = _varint(data, at)
            case 1:
                value, at = data[at : at + 8], at + 8
            case 2:
                length, at = _varint(data, at)
                value, at = data[at : at + length], at + length
            case 5:
                value, at = data[at : at + 4], at + 4
            case other:
                raise AssertionError(f"no such wire type: {other}")
        assert at <= len(data)
        yield tag >> 3, value


def _packed(data: bytes) -> list[int]:
    numbers, at = [], 0
    while at < len(data):
        number, at = _varint(data, at)
        numbers.append(number)
    return numbers


def _signed(number: int) -> int:
    return (number >> 1) ^ -(number & 1)


def _value(data: bytes) -> Any:
    [(field, value)] = _fields(data)
    match field:
        case 1:
            return value.decode()
        case 2:
            return struct.unpack("<f", value)[0]
        case 3:
            return struct.unpack("<d", value)[0]
        case 4:
            return value - (1 << 64) if value >> 63 else value
        case 5:
            return value
        case 6:
            return _signed(value)
        case 7:
            return bool(value)
    raise AssertionError(f"no such value: {field}")


def _layer(data: bytes) -> TileLayer:
    fields = list(_fields(data))
    keys = [value.decode() for field, value in fields if field == 3]
    values = [_value(value) for field, value in fields if field == 4]
    one = {field: value for field, value in fields if field in (1, 5, 15)}
    assert one[15] == 2
    features = [_feature(value, keys, values) for field, value in fields if field == 2]
    return TileLayer(one[1].decode(), one.get(5, 4096), features)


def _feature(data: bytes, keys: list[str], values: list[Any]) -> TileFeature:
    fields = dict(_fields(data))
    tags = _packed(fields.get(2, b""))
    properties = {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
    return TileFeature(fields.get(1), fields[3], _parts(_packed(fields[4])), properties)


def _parts(commands: list[int]) -> list[NDArray[np.int64]]:
    parts: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        command, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if command == 7:
            parts[-1].append(parts[-1][0])
            continue
        for _ in range(count):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if command == 1:
                parts.append([])
            parts[-1].append((x, y))
    return [np.array(part, dtype=np.int64) for part in parts]


# --- Where tiles lie ------------------------------------------------------------------------------


def column_row(lon: float, lat: float, zoom: int) -> tuple[float, float]:
    """Column and row, with fractions, of a place."""
    tiles = 1 << zoom
    y = math.asinh(math.tan(math.radians(lat)))
    return (lon + 180) / 360 * tiles, (1 - y / math.pi) / 2 * tiles


def tiles_over(bbox: list[float], zoom: int) -> list[tuple[int, int]]:
    """Columns and rows of the tiles that a box in degrees meets."""
    west, north = column_row(bbox[0], bbox[3], zoom)
    east, south = column_row(bbox[2], bbox[1], zoom)
    return [
        (x, y)
        for x in range(math.floor(west), math.floor(east) + 1)
        for y in range(math.floor(north), math.floor(south) + 1)
    ]


def in_core(point: NDArray[np.int64], extent: int) -> bool:
    """Whether a point of a tile is the tile's own, rather than in the buffer around it."""
    return bool((point >= 0).all() and (point < extent).all())

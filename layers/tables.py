"""Every table, imported once: what migrations compare with and what queries are written on."""

from layers.areas import Area
from layers.base import Base
from layers.enterprises import Enterprise, EnterprisePremises, Premises
from layers.grids import Grid
from layers.incidents import Incident
from layers.plans import Cell, CellMove, CellShape, Lineage, Plan

__all__ = [
    "Area",
    "Base",
    "Cell",
    "CellMove",
    "CellShape",
    "Enterprise",
    "EnterprisePremises",
    "Grid",
    "Incident",
    "Lineage",
    "Plan",
    "Premises",
]

"""Which cell holds this point: the heart of everything that counts by cell."""

from gridgis.locate.edges import NotACell
from gridgis.locate.index import CellIndex

__all__ = ["CellIndex", "NotACell"]

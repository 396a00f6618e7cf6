"""`scripts/import_boundaries.py FILE ...` is `gridgis import boundaries FILE ...`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    if sys.path[0] == str(Path(__file__).parent):  # started by its path: the houses are one up
        sys.path[0] = str(Path(__file__).parents[1])
    from scripts.cli import main

    main(["import", "boundaries", *sys.argv[1:]])

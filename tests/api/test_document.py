"""The OpenAPI document tells a stranger what to write, and what a refusal looks like."""

from __future__ import annotations

from typing import Any

import pytest

from api.app import create_app
from layers.database import connect


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Made without a database: nothing is asked of it."""
    return dict(create_app(connect("postgresql+psycopg2://", role=None)).openapi())


def test_every_parameter_has_a_description_and_an_example(document: dict[str, Any]) -> None:
    silent = [
        f"{path} {parameter['name']}: no {missing}"
        for path, methods in document["paths"].items()
        for parameter in methods["get"].get("parameters", ())
        for missing in ("description", "examples")
        if not (parameter.get(missing) or parameter["schema"].get(missing))
    ]
    assert silent == []


def test_refusals_are_described(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for status in ("404", "422"):
            (content,) = methods["get"]["responses"][status]["content"].values()
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}, path
    properties = document["components"]["schemas"]["Problem"]["properties"]
    assert set(properties) == {"type", "title", "status", "detail"}

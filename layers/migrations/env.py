"""Alembic's environment, with all three hooks of GeoAlchemy2."""

from __future__ import annotations

from alembic import context
from geoalchemy2 import alembic_helpers

from layers.tables import Base


def run() -> None:
    """Migrate over the connection that `layers.migrate` hands in."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_object=alembic_helpers.include_object,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()

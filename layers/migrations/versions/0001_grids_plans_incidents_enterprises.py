"""Areas, grids, plans, cells, incidents, enterprises: the first tables and who may write them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What a role of the service may do: read all, write what is alive, never rewrite history.
HISTORY = ("lineage", "cell_move")
WRITTEN = (
    "area",
    "grid",
    "plan",
    "cell",
    "cell_shape",
    "incident",
    "enterprise",
    "premises",
    "enterprise_premises",
)

EXTENSIONS = """
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
"""

# Roles belong to the whole cluster and outlive one database; two databases may make them at once.
ROLE = """
DO $$ BEGIN
    CREATE ROLE gridgis_app NOLOGIN;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT gridgis_app TO CURRENT_USER;
"""

SEALED_IS_FINAL = """
CREATE FUNCTION sealed_plan_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM plan
        WHERE state = 'sealed'
          AND (TG_OP <> 'INSERT' AND id = OLD.plan_id OR TG_OP <> 'DELETE' AND id = NEW.plan_id)
    ) THEN
        RAISE EXCEPTION 'a sealed plan is never edited; draw the next one'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE TRIGGER sealed_plan_is_final BEFORE INSERT OR UPDATE OR DELETE ON cell_shape
    FOR EACH ROW EXECUTE FUNCTION sealed_plan_is_final();
"""

# As bytes: a restore has no search path in which the equality of geometries would be found.
CELLS_THEN_IS_FINAL = """
CREATE FUNCTION cells_then_is_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'cells_then of incident % is history', OLD.id
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER cells_then_is_final BEFORE UPDATE ON incident FOR EACH ROW
    WHEN (OLD.cells_then IS DISTINCT FROM NEW.cells_then
          AND OLD.location::bytea IS NOT DISTINCT FROM NEW.location::bytea
          AND OLD.occurred_at = NEW.occurred_at)
    EXECUTE FUNCTION cells_then_is_final();
"""


def upgrade() -> None:
    """Apply."""
    op.execute(EXTENSIONS)
    op.execute(ROLE)
    op.create_geospatial_table(
        "area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("tier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column(
            "boundary",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column(
            "during",
            postgresql.TSTZRANGE(),
            server_default=sa.text("'(,)'::tstzrange"),
            nullable=False,
        ),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("code"), "="),
            (sa.column("during"), "&&"),
            using="gist",
            name="ex_area_code_during",
        ),
        sa.CheckConstraint(
            "tier IN ('city', 'county', 'town', 'village')", name=op.f("ck_area_tier")
        ),
        sa.CheckConstraint("NOT isempty(during)", name=op.f("ck_area_during")),
        sa.CheckConstraint("households >= 0 AND population >= 0", name=op.f("ck_area_counts")),
        sa.ForeignKeyConstraint(["parent_id"], ["area.id"], name=op.f("fk_area_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_area")),
    )
    op.create_geospatial_index(
        "idx_area_boundary",
        "area",
        ["boundary"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index(op.f("ix_area_parent_id"), "area", ["parent_id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("uscc", sa.Text(collation="C"), nullable=True),
        sa.Column("uscc_fault", sa.Text(), nullable=True),
        sa.Column("industry", sa.Text(), nullable=True),
        sa.Column("scale", sa.Text(), nullable=True),
        sa.Column("is_key", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("credit_class", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("code", name=op.f("uq_enterprise_code")),
    )
    op.create_index(
        "uq_enterprise_uscc",
        "enterprise",
        ["uscc"],
        unique=True,
        postgresql_where=sa.text("uscc IS NOT NULL"),
    )
    op.create_table(
        "grid",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("system", sa.Text(collation="C"), nullable=False),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column("town_id", sa.Integer(), nullable=True),
        sa.Column("nests_in_id", sa.Integer(), nullable=True),
        sa.Column("must_tile", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("household_range", postgresql.INT4RANGE(), nullable=True),
        sa.Column("population_range", postgresql.INT4RANGE(), nullable=True),
        sa.Column(
            "posts", postgresql.JSONB(astext_type=sa.Text()), server_default="{}", nullable=False
        ),
        sa.Column("code_scheme", sa.Text(), nullable=True),
        sa.Column("epoch", sa.Integer(), server_default="0", nullable=False),
        sa.Column("current_plan_id", sa.Integer(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('comprehensive', 'professional', 'exclusive', 'police')",
            name=op.f("ck_grid_kind"),
        ),
        sa.CheckConstraint("slot BETWEEN 1 AND 64", name=op.f("ck_grid_slot")),
        sa.CheckConstraint("tier BETWEEN 1 AND 9", name=op.f("ck_grid_tier")),
        sa.ForeignKeyConstraint(["nests_in_id"], ["grid.id"], name=op.f("fk_grid_nests_in_id")),
        sa.ForeignKeyConstraint(["town_id"], ["area.id"], name=op.f("fk_grid_town_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint(
            "town_id", "slot", name=op.f("uq_grid_town_id_slot"), postgresql_nulls_not_distinct=True
        ),
        sa.UniqueConstraint(
            "town_id",
            "system",
            "tier",
            name=op.f("uq_grid_town_id_system_tier"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index(op.f("ix_grid_nests_in_id"), "grid", ["nests_in_id"], unique=False)
    op.create_table(
        "cell",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_cell_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint("id", "grid_id", name=op.f("uq_cell_id_grid_id")),
    )
    op.create_index(op.f("ix_cell_grid_id"), "cell", ["grid_id"], unique=False)
    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="draft", nullable=False),
        sa.Column("in_force", postgresql.TSTZRANGE(), nullable=True),
        sa.Column("certificate", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.column("in_force"), "&&"),
            using="gist",
            name="ex_plan_grid_id_in_force",
        ),
        sa.CheckConstraint(
            "in_force IS NULL OR state = 'sealed'", name=op.f("ck_plan_sealed_before_in_force")
        ),
        sa.CheckConstraint("state IN ('draft', 'submitted', 'sealed')", name=op.f("ck_plan_state")),
        sa.CheckConstraint("NOT isempty(in_force)", name=op.f("ck_plan_in_force")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_plan_grid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("grid_id", "number", name=op.f("uq_plan_grid_id_number")),
        sa.UniqueConstraint("id", "grid_id", name=op.f("uq_plan_id_grid_id")),
    )
    op.create_table(
        "cell_move",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("row_id", sa.BigInteger(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("from_cell_id", sa.Integer(), nullable=True),
        sa.Column("to_cell_id", sa.Integer(), nullable=True),
        sa.Column("plan_id", sa.Integer(), nullable=True),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False
        ),
        sa.CheckConstraint(
            "from_cell_id IS DISTINCT FROM to_cell_id", name=op.f("ck_cell_move_moved")
        ),
        sa.ForeignKeyConstraint(
            ["from_cell_id"], ["cell.id"], name=op.f("fk_cell_move_from_cell_id")
        ),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_cell_move_grid_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_cell_move_plan_id")),
        sa.ForeignKeyConstraint(["to_cell_id"], ["cell.id"], name=op.f("fk_cell_move_to_cell_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell_move")),
    )
    op.create_index(op.f("ix_cell_move_plan_id"), "cell_move", ["plan_id"], unique=False)
    op.create_index(
        "ix_cell_move_row", "cell_move", ["kind", "row_id", "grid_id", "at"], unique=False
    )
    op.create_geospatial_table(
        "cell_shape",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("cell_id", sa.Integer(), nullable=False),
        sa.Column("grid_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.Column(
            "boundary",
            Geometry(
                geometry_type="MULTIPOLYGON",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
                nullable=False,
            ),
            nullable=False,
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("party_branch", sa.Text(), nullable=True),
        sa.Column("households", sa.Integer(), nullable=True),
        sa.Column("population", sa.Integer(), nullable=True),
        sa.Column("area_m2", sa.Double(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("grid_id"), "="),
            (sa.column("code"), "="),
            (sa.column("cell_id"), "<>"),
            using="gist",
            name="ex_cell_shape_code_cell_id",
        ),
        sa.CheckConstraint("NOT ST_IsEmpty(boundary)", name=op.f("ck_cell_shape_boundary")),
        sa.CheckConstraint(
            "households >= 0 AND population >= 0", name=op.f("ck_cell_shape_counts")
        ),
        sa.ForeignKeyConstraint(
            ["cell_id", "grid_id"],
            ["cell.id", "cell.grid_id"],
            name=op.f("fk_cell_shape_cell_id_grid_id"),
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["cell.id"], name=op.f("fk_cell_shape_parent_id")),
        sa.ForeignKeyConstraint(
            ["plan_id", "grid_id"],
            ["plan.id", "plan.grid_id"],
            name=op.f("fk_cell_shape_plan_id_grid_id"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "cell_id", name=op.f("pk_cell_shape")),
        sa.UniqueConstraint("plan_id", "code", name=op.f("uq_cell_shape_plan_id_code")),
    )
    op.create_geospatial_index(
        "idx_cell_shape_boundary",
        "cell_shape",
        ["boundary"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_cell_shape_cell_id", "cell_shape", ["cell_id"], unique=False)
    op.create_index("ix_cell_shape_parent_id", "cell_shape", ["parent_id"], unique=False)
    op.create_geospatial_table(
        "incident",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), server_default="event", nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_on_spot", sa.Boolean(), nullable=True),
        sa.Column(
            "cells_then", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
        sa.Column(
            "location",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("datum", sa.Text(), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("hex", sa.BigInteger(), nullable=True),
        sa.Column("cells", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column(
            "neighbours", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
        sa.Column("responsible_cell_id", sa.Integer(), nullable=True),
        sa.Column("responsible_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("kind IN ('event', 'part')", name=op.f("ck_incident_kind")),
        sa.CheckConstraint("(location IS NULL) = (hex IS NULL)", name=op.f("ck_incident_hex")),
        sa.CheckConstraint(
            "closed_at >= occurred_at", name=op.f("ck_incident_closed_after_occurred")
        ),
        sa.ForeignKeyConstraint(
            ["responsible_cell_id"], ["cell.id"], name=op.f("fk_incident_responsible_cell_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
        sa.UniqueConstraint("number", name=op.f("uq_incident_number")),
    )
    op.create_index(op.f("ix_incident_category"), "incident", ["category"], unique=False)
    op.create_index(
        "ix_incident_cells", "incident", ["cells"], unique=False, postgresql_using="gin"
    )
    op.create_geospatial_index(
        "ix_incident_location",
        "incident",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_index("ix_incident_occurred_at_id", "incident", ["occurred_at", "id"], unique=False)
    op.create_table(
        "lineage",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("from_cell_id", sa.Integer(), nullable=False),
        sa.Column("to_cell_id", sa.Integer(), nullable=False),
        sa.Column("area_share", sa.Double(), nullable=False),
        sa.Column("household_share", sa.Double(), nullable=True),
        sa.CheckConstraint(
            "area_share > 0 AND area_share <= 1", name=op.f("ck_lineage_area_share")
        ),
        sa.CheckConstraint(
            "household_share BETWEEN 0 AND 1", name=op.f("ck_lineage_household_share")
        ),
        sa.ForeignKeyConstraint(
            ["from_cell_id"], ["cell.id"], name=op.f("fk_lineage_from_cell_id")
        ),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_lineage_plan_id")),
        sa.ForeignKeyConstraint(["to_cell_id"], ["cell.id"], name=op.f("fk_lineage_to_cell_id")),
        sa.PrimaryKeyConstraint("plan_id", "from_cell_id", "to_cell_id", name=op.f("pk_lineage")),
    )
    op.create_index(op.f("ix_lineage_to_cell_id"), "lineage", ["to_cell_id"], unique=False)
    op.create_geospatial_table(
        "premises",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column(
            "location",
            Geometry(
                geometry_type="POINT",
                srid=4326,
                dimension=2,
                spatial_index=False,
                from_text="ST_GeomFromEWKT",
                name="geometry",
            ),
            nullable=True,
        ),
        sa.Column("datum", sa.Text(), nullable=True),
        sa.Column("x", sa.Double(), nullable=True),
        sa.Column("y", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("hex", sa.BigInteger(), nullable=True),
        sa.Column("cells", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False),
        sa.Column(
            "neighbours", postgresql.ARRAY(sa.Integer()), server_default="{}", nullable=False
        ),
        sa.Column("responsible_cell_id", sa.Integer(), nullable=True),
        sa.Column("responsible_reason", sa.Text(), nullable=True),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "changed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("revision", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("(location IS NULL) = (hex IS NULL)", name=op.f("ck_premises_hex")),
        sa.ForeignKeyConstraint(
            ["responsible_cell_id"], ["cell.id"], name=op.f("fk_premises_responsible_cell_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_premises")),
        sa.UniqueConstraint("code", name=op.f("uq_premises_code")),
    )
    op.create_index(
        "ix_premises_cells", "premises", ["cells"], unique=False, postgresql_using="gin"
    )
    op.create_geospatial_index(
        "ix_premises_location",
        "premises",
        ["location"],
        unique=False,
        postgresql_using="gist",
        postgresql_ops={},
    )
    op.create_table(
        "enterprise_premises",
        sa.Column("enterprise_id", sa.Integer(), nullable=False),
        sa.Column("premises_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enterprise_id"],
            ["enterprise.id"],
            name=op.f("fk_enterprise_premises_enterprise_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["premises_id"],
            ["premises.id"],
            name=op.f("fk_enterprise_premises_premises_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "enterprise_id", "premises_id", name=op.f("pk_enterprise_premises")
        ),
    )
    op.create_index(
        op.f("ix_enterprise_premises_premises_id"),
        "enterprise_premises",
        ["premises_id"],
        unique=False,
    )
    op.create_foreign_key(
        op.f("fk_grid_current_plan_id_id"),
        "grid",
        "plan",
        ["current_plan_id", "id"],
        ["id", "grid_id"],
        use_alter=True,
    )
    op.execute(SEALED_IS_FINAL)
    op.execute(CELLS_THEN_IS_FINAL)
    op.execute("GRANT USAGE ON SCHEMA public TO gridgis_app")
    op.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO gridgis_app")
    op.execute("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO gridgis_app")
    op.execute(f"GRANT INSERT, UPDATE, DELETE ON {', '.join(WRITTEN)} TO gridgis_app")
    op.execute(f"GRANT INSERT ON {', '.join(HISTORY)} TO gridgis_app")


def downgrade() -> None:
    """Undo."""
    op.drop_constraint(op.f("fk_grid_current_plan_id_id"), "grid")
    op.drop_index(op.f("ix_enterprise_premises_premises_id"), table_name="enterprise_premises")
    op.drop_table("enterprise_premises")
    op.drop_geospatial_index(
        "ix_premises_location",
        table_name="premises",
        postgresql_using="gist",
        column_name="location",
    )
    op.drop_index("ix_premises_cells", table_name="premises", postgresql_using="gin")
    op.drop_geospatial_table("premises")
    op.drop_index(op.f("ix_lineage_to_cell_id"), table_name="lineage")
    op.drop_table("lineage")
    op.drop_index("ix_incident_occurred_at_id", table_name="incident")
    op.drop_geospatial_index(
        "ix_incident_location",
        table_name="incident",
        postgresql_using="gist",
        column_name="location",
    )
    op.drop_index("ix_incident_cells", table_name="incident", postgresql_using="gin")
    op.drop_index(op.f("ix_incident_category"), table_name="incident")
    op.drop_geospatial_table("incident")
    op.drop_index("ix_cell_shape_parent_id", table_name="cell_shape")
    op.drop_index("ix_cell_shape_cell_id", table_name="cell_shape")
    op.drop_geospatial_index(
        "idx_cell_shape_boundary",
        table_name="cell_shape",
        postgresql_using="gist",
        column_name="boundary",
    )
    op.drop_geospatial_table("cell_shape")
    op.drop_index("ix_cell_move_row", table_name="cell_move")
    op.drop_index(op.f("ix_cell_move_plan_id"), table_name="cell_move")
    op.drop_table("cell_move")
    op.drop_table("plan")
    op.drop_index(op.f("ix_cell_grid_id"), table_name="cell")
    op.drop_table("cell")
    op.drop_index(op.f("ix_grid_nests_in_id"), table_name="grid")
    op.drop_table("grid")
    op.drop_index(
        "uq_enterprise_uscc", table_name="enterprise", postgresql_where=sa.text("uscc IS NOT NULL")
    )
    op.drop_table("enterprise")
    op.drop_index(op.f("ix_area_parent_id"), table_name="area")
    op.drop_geospatial_index(
        "idx_area_boundary", table_name="area", postgresql_using="gist", column_name="boundary"
    )
    op.drop_geospatial_table("area")
    op.execute("DROP FUNCTION cells_then_is_final, sealed_plan_is_final")
    op.execute("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM gridgis_app")
    op.execute("REVOKE ALL ON SCHEMA public FROM gridgis_app")

"""A sealed plan stays sealed: else whoever unseals it could edit what rows were decided by."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# It may be put in force, once; and while it is, be ended, once.
SEALED_STAYS_SEALED = """
CREATE FUNCTION sealed_plan_stays_sealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE'
       AND NEW.state = 'sealed'
       AND (NEW.id, NEW.grid_id, NEW.number, NEW.certificate)
           IS NOT DISTINCT FROM (OLD.id, OLD.grid_id, OLD.number, OLD.certificate)
       AND (OLD.in_force IS NULL
            OR NEW.in_force IS NOT DISTINCT FROM OLD.in_force
            OR NEW.in_force IS NOT NULL AND upper_inf(OLD.in_force)
               AND lower(NEW.in_force) IS NOT DISTINCT FROM lower(OLD.in_force))
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'plan % is sealed and history; draw the next one', OLD.number
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER sealed_plan_stays_sealed BEFORE UPDATE OR DELETE ON plan FOR EACH ROW
    WHEN (OLD.state = 'sealed') EXECUTE FUNCTION sealed_plan_stays_sealed();
"""


def upgrade() -> None:
    """Apply."""
    op.execute(SEALED_STAYS_SEALED)


def downgrade() -> None:
    """Undo."""
    op.execute("DROP TRIGGER sealed_plan_stays_sealed ON plan")
    op.execute("DROP FUNCTION sealed_plan_stays_sealed")

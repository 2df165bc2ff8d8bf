"""Reviews, gate reports, promotions and retrainings."""

import sqlalchemy as sa
from alembic import op

from ml_engine_and_backend.database.migrations.versions.v0001_predictions import VIEW

revision = "0003"
down_revision = "0002"

MOMENT = sa.DateTime(timezone=True)
# what was promoted, refused and rolled back stays as it was written
KEEP_ON_SQLITE = """
CREATE TRIGGER promotions_no_{change} BEFORE {change} ON promotions
BEGIN SELECT RAISE(ABORT, 'promotions are never edited'); END
"""
REFUSE_ON_POSTGRESQL = """
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '% are never edited', TG_TABLE_NAME; END $$
"""
KEEP_ON_POSTGRESQL = """
CREATE TRIGGER promotions_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON promotions
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
"""


def upgrade() -> None:
    """Drawings get a decision, and the view shows it."""
    op.execute("DROP VIEW predictions")
    op.add_column("drawings", sa.Column("decision", sa.String(12)))
    op.add_column("drawings", sa.Column("decided_at", MOMENT))
    op.create_index("ix_drawings_decision_labelled_at", "drawings", ["decision", "labelled_at"])
    op.execute(VIEW.format(decision=" drawings.decision,"))
    op.create_table(
        "reviews",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("drawing_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("reviewer", sa.String(64), nullable=False),
        sa.Column("decision", sa.String(12), nullable=False),
        sa.Column("decided_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(
            ["drawing_id"], ["drawings.id"], name="fk_reviews_drawing_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name="fk_reviews_account_id", ondelete="SET NULL"
        ),
        sa.UniqueConstraint("drawing_id", "account_id", name="uq_reviews_drawing_id_account_id"),
    )
    op.create_index("ix_reviews_account_id", "reviews", ["account_id"])
    op.create_table(
        "gate_reports",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("champion_version", sa.Integer, nullable=False),
        sa.Column("data_sha256", sa.String(64), nullable=False),
        sa.Column("passed", sa.Boolean, nullable=False),
        sa.Column("report", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_gate_reports"),
    )
    op.create_index("ix_gate_reports_model_version", "gate_reports", ["model", "version"])
    op.create_table(
        "promotions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("timestamp", MOMENT, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("from_version", sa.Integer, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("data_sha256", sa.String(64)),
        sa.Column("gate_report_id", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_promotions"),
        sa.ForeignKeyConstraint(
            ["gate_report_id"], ["gate_reports.id"], name="fk_promotions_gate_report_id"
        ),
    )
    op.create_index("ix_promotions_model_id", "promotions", ["model", "id"])
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(KEEP_ON_SQLITE.format(change=change))
    else:
        op.execute(REFUSE_ON_POSTGRESQL)
        op.execute(KEEP_ON_POSTGRESQL)
    op.create_table(
        "training_runs",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_by", sa.String(64), nullable=False),
        sa.Column("models", sa.JSON, nullable=False),
        sa.Column("pid", sa.Integer),
        sa.Column("ended_at", MOMENT),
        sa.Column("exit_status", sa.Integer),
        sa.Column("log", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_training_runs"),
    )


def downgrade() -> None:
    """As before; what was reviewed and promoted is forgotten."""
    for table in ("training_runs", "promotions", "gate_reports", "reviews"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION refuse_change()")
    op.execute("DROP VIEW predictions")
    op.drop_index("ix_drawings_decision_labelled_at", "drawings")
    op.drop_column("drawings", "decided_at")
    op.drop_column("drawings", "decision")
    op.execute(VIEW.format(decision=""))

"""Drawings and what models read in them."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)

# one row an answer, with all of its drawing
VIEW = """
CREATE VIEW predictions AS
SELECT
    answers.id, answers.drawing_id, drawings.timestamp, drawings.owner,
    answers.model, answers.version, answers.predicted_digit, answers.confidence,
    answers.probabilities, answers.verdict,
    drawings.found_kind, drawings.digit_likeness, drawings.field,
    drawings.image_data, drawings.image_type,
    drawings.true_label, drawings.labelled_at,{decision}
    drawings.computed_by, drawings.request_id,
    CASE
        WHEN drawings.true_label IS NULL THEN NULL
        WHEN drawings.true_label IN ('not_a_digit', 'several')
            THEN CASE WHEN answers.verdict = drawings.true_label THEN 1 ELSE 0 END
        WHEN answers.verdict IN ('sure', 'unsure')
            AND CAST(answers.predicted_digit AS VARCHAR(12)) = drawings.true_label THEN 1
        ELSE 0
    END AS is_right
FROM answers JOIN drawings ON drawings.id = answers.drawing_id
"""


def upgrade() -> None:
    """Two tables, and the view that joins them."""
    op.create_table(
        "drawings",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("timestamp", MOMENT, nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("field", sa.LargeBinary),
        sa.Column("found_kind", sa.String(12), nullable=False),
        sa.Column("digit_likeness", sa.Double, nullable=False),
        sa.Column("found_count", sa.Integer, nullable=False),
        sa.Column("image_data", sa.LargeBinary),
        sa.Column("image_type", sa.String(32)),
        sa.Column("true_label", sa.String(12)),
        sa.Column("labelled_at", MOMENT),
        sa.Column("computed_by", sa.String(8), nullable=False),
        sa.Column("request_id", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_drawings"),
    )
    op.create_index("ix_drawings_owner_timestamp_id", "drawings", ["owner", "timestamp", "id"])
    op.create_index("ix_drawings_timestamp", "drawings", ["timestamp"])
    op.create_table(
        "answers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("drawing_id", sa.String(32), nullable=False),
        sa.Column("model", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("predicted_digit", sa.SmallInteger, nullable=False),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("probabilities", sa.JSON, nullable=False),
        sa.Column("verdict", sa.String(12), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_answers"),
        sa.ForeignKeyConstraint(
            ["drawing_id"], ["drawings.id"], name="fk_answers_drawing_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint(
            "drawing_id", "model", "version", name="uq_answers_drawing_id_model_version"
        ),
    )
    op.execute(VIEW.format(decision=""))


def downgrade() -> None:
    """Nothing is left."""
    op.execute("DROP VIEW predictions")
    op.drop_table("answers")
    op.drop_table("drawings")

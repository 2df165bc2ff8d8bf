"""PostgreSQL learns how many days there are."""

from alembic import op

revision = "0004"
down_revision = "0003"

# Grouping by day: of an expression the planner would take as many values as there are rows, sort
# all answers in one process, and take twice as long. SQLite has no such plans to choose from.
DAYS = """
CREATE STATISTICS drawings_day ON ((timezone('UTC', "timestamp"))::date) FROM drawings
"""


def upgrade() -> None:
    """Statistics of an expression, which ANALYZE gathers."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(DAYS)
        op.execute("ANALYZE drawings")


def downgrade() -> None:
    """As before."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP STATISTICS drawings_day")

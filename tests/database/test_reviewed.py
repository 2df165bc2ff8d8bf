"""Which drawings a training may learn from."""

from typing import Any

from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.reviewed import ReviewedDrawing, reviewed_digits
from tests.database.drawings import kept

FIELD = bytes([9]) * 784


def test_reads_digits_that_reviewers_settled_on_and_nothing_else(database: Database) -> None:
    def keep(number: int, **columns: Any) -> None:
        kept(database, id=f"{number:032x}", **{"field": FIELD, **columns})

    keep(9, decision="7", true_label="1", owner="session:a")
    keep(3, decision="0", owner=None)
    keep(4, true_label="4")  # a label from a stranger
    keep(5, decision="not_a_digit")
    keep(6, decision="several")
    keep(7, decision="rejected")
    keep(8, decision="conflict")
    keep(2, decision="2", field=None)  # not kept
    with database.reading() as session:
        assert reviewed_digits(session) == [
            ReviewedDrawing(f"{3:032x}", None, FIELD, 0),
            ReviewedDrawing(f"{9:032x}", "session:a", FIELD, 7),
        ]

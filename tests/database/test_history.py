"""Somebody's drawings: pages, filters, deletion, and nothing of anybody else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ml_engine_and_backend.database import history
from ml_engine_and_backend.database.database import Database
from ml_engine_and_backend.database.feedback import UnknownPredictionError
from ml_engine_and_backend.database.history import Filters
from ml_engine_and_backend.database.tables import Answer, Drawing
from tests.database.rows import ANN, BOB, NOON, PNG, drawing, keep, random_drawings

ALL = Filters()


def walk(read: Callable[[str | None], history.Page[Any]]) -> list[Any]:
    """The items of all pages."""
    found, cursor = [], None
    while True:
        page = read(cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found
        assert page.items


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
def test_pages_give_every_drawing_once_newest_first(database: Database, limit: int) -> None:
    # several within one microsecond: the id decides
    moments = [NOON, NOON, NOON, NOON - timedelta(microseconds=1), NOON + timedelta(days=1), NOON]
    ids = keep(database, *(drawing(timestamp=moment) for moment in moments))
    expected = [id_ for _, id_ in sorted(zip(moments, ids, strict=True), reverse=True)]
    with database.reading() as session:
        found = walk(lambda cursor: history.drawings(session, ANN, ALL, limit, cursor))
    assert [each.id for each in found] == expected


@pytest.mark.parametrize("limit", [1, 4, 100])
def test_pages_give_every_answer_once_newest_first(database: Database, limit: int) -> None:
    reads: list[dict[str, Any]] = [
        {"model": "cnn"},
        {"model": "deep_cnn"},
        {"model": "cnn", "version": 2},
    ]
    kept = [drawing(timestamp=moment, reads=reads) for moment in (NOON, NOON, NOON)]
    kept.append(drawing(timestamp=NOON - timedelta(days=1)))
    keep(database, *kept)
    expected = sorted(
        ((each.timestamp, each.id, answer.id) for each, answers in kept for answer in answers),
        reverse=True,
    )
    with database.reading() as session:
        found = walk(lambda cursor: history.answers(session, ANN, limit, cursor))
    assert [(each.timestamp, each.drawing_id, each.answer.id) for each in found] == expected


def test_a_page_stays_where_it_was_when_something_is_drawn_or_deleted(database: Database) -> None:
    ids = keep(database, *(drawing(timestamp=NOON + timedelta(hours=hour)) for hour in range(5)))
    with database.reading() as session:
        first = history.drawings(session, ANN, ALL, 2)
    keep(database, drawing(timestamp=NOON + timedelta(days=1)))
    with database.writing() as session:
        history.delete_drawing(session, ANN, ids[3])  # the last one of the first page
        second = history.drawings(session, ANN, ALL, 2, first.next)
    assert [each.id for each in second.items] == [ids[2], ids[1]]


CURSORS = [
    *("", "x", "====", "bm90IG91cnM=", "ä", "\0", "2026-11-28", "MjAyNi0xMS0yOC9hYi8="[:-2]),
    # a moment that is none, an id that is none, something behind
    *("MjAyNi05OS0yOC9hYi8=", "MjAyNi0xMS0yOC96ei8=", "MjAyNi0xMS0yOC9hYi8KCg=="),
]


@pytest.mark.parametrize("cursor", CURSORS)
def test_refuses_a_cursor_that_no_page_gave(database: Database, cursor: str) -> None:
    with database.reading() as session:
        for read in (
            lambda: history.drawings(session, ANN, ALL, 5, cursor),
            lambda: history.answers(session, ANN, 5, cursor),
        ):
            with pytest.raises(history.BadCursorError, match=r"expected the `next` of a page, got"):
                read()


def test_a_drawing_has_all_that_is_known(database: Database) -> None:
    [id_] = keep(
        database,
        drawing(
            reads=[
                {"model": "deep_cnn", "predicted_digit": 1, "verdict": "unsure"},
                {"model": "cnn"},
            ],
            field=bytes(range(256)) * 3 + bytes(16),
            image_data=PNG,
            image_type="image/png",
            true_label="7",
            labelled_at=NOON,
            decision="conflict",
            decided_at=NOON,
            request_id="r",
        ),
    )
    with database.reading() as session:
        found = history.drawing(session, ANN, id_)
        assert history.drawings(session, ANN, ALL, 5).items == [found]
        assert history.image(session, ANN, id_) == (PNG, "image/png")
    assert found.field == bytes(range(256)) * 3 + bytes(16)
    assert (found.timestamp, found.labelled_at, found.decided_at) == (NOON, NOON, NOON)
    assert (found.true_label, found.decision, found.request_id) == ("7", "conflict", "r")
    assert found.has_image
    read = [(each.model, each.predicted_digit, each.is_right) for each in found.answers]
    assert read == [("cnn", 7, True), ("deep_cnn", 1, False)]
    assert found.answers[0].probabilities == [0.0] * 7 + [0.97, 0.0, 0.03]


def test_an_answer_brings_its_drawing(database: Database) -> None:
    [id_] = keep(database, drawing(image_data=PNG, image_type="image/png", true_label="several"))
    with database.reading() as session:
        [found] = history.answers(session, ANN, 5).items
        assert history.answer(session, ANN, found.answer.id) == found
    assert (found.drawing_id, found.true_label, found.image_data) == (id_, "several", PNG)
    assert found.answer.is_right is False


FILTERED = {
    "seven": Filters(label="7"),
    "no digit": Filters(label="not_a_digit"),
    "read by any": Filters(digit=3),
    "read by one": Filters(digit=3, model="cnn"),
    "asked": Filters(model="deep_cnn"),
    "wrong by default": Filters(right=False, default_model="cnn"),
    "right by one": Filters(right=True, model="single_layer", default_model="cnn"),
    "right by nobody": Filters(right=True),
    "read by any, wrong by default": Filters(digit=3, right=False, default_model="cnn"),
    "one read it, wrongly": Filters(digit=3, right=False, model="cnn"),
    "since": Filters(since=(NOON - timedelta(days=4)).date()),
    "until": Filters(until=(NOON - timedelta(days=4)).date()),
    "a day": Filters(
        since=(NOON - timedelta(days=2)).date(), until=(NOON - timedelta(days=2)).date()
    ),
    "all together": Filters(
        "3", 3, "cnn", True, (NOON - timedelta(days=8)).date(), NOON.date(), "deep_cnn"
    ),
    "all days": Filters(since=datetime.min.date(), until=datetime.max.date()),
}


def is_wanted(each: Drawing, answers: list[Answer], filters: Filters) -> bool:
    """The filters in plain Python."""

    def says(answer: Answer, digit: int | None, right: bool | None) -> bool:
        reads_digit = answer.verdict in ("sure", "unsure")
        if digit is not None and not (reads_digit and answer.predicted_digit == digit):
            return False
        if right is None:
            return True
        if each.true_label is None:
            return False
        said = str(answer.predicted_digit) if reads_digit else answer.verdict
        return (said == each.true_label) is right

    day = each.timestamp.astimezone(UTC).date()
    by_model = [each for each in answers if each.model == filters.model]
    by_default = [each for each in answers if each.model == filters.default_model]
    return (
        (filters.label is None or each.true_label == filters.label)
        and (filters.since is None or day >= filters.since)
        and (filters.until is None or day <= filters.until)
        and (
            any(says(answer, filters.digit, filters.right) for answer in by_model)
            if filters.model
            else (filters.digit is None or any(says(a, filters.digit, None) for a in answers))
            and (filters.right is None or any(says(a, None, filters.right) for a in by_default))
        )
    )


def test_filters_find_what_plain_python_finds(database: Database) -> None:
    kept = random_drawings(1, 150)
    keep(database, *kept)
    with database.reading() as session:
        for name, filters in FILTERED.items():
            expected = {
                each.id
                for each, answers in kept
                if each.owner == ANN and is_wanted(each, answers, filters)
            }
            found = walk(lambda cursor: history.drawings(session, ANN, filters, 20, cursor))  # noqa: B023
            assert {each.id for each in found} == expected, name
            exported = [
                each.id for some in history.all_drawings(database, ANN, filters) for each, _ in some
            ]
            assert set(exported) == expected, name
            assert bool(expected) is (name != "right by nobody"), name


def test_all_drawings_come_oldest_first_with_their_uploads(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "CHUNK", 2)
    moments = [NOON, NOON - timedelta(days=1), NOON, NOON]
    uploads = [PNG, None, b"other", None]
    ids = keep(
        database,
        *(
            drawing(timestamp=moment, image_data=upload)
            for moment, upload in zip(moments, uploads, strict=True)
        ),
    )
    lists = list(history.all_drawings(database, ANN, ALL))
    assert [len(some) for some in lists] == [2, 2]
    assert [(each.timestamp, each.id, upload) for some in lists for each, upload in some] == sorted(
        zip(moments, ids, uploads, strict=True), key=lambda each: each[:2]
    )


def counts(session: Session) -> tuple[int, int]:
    drawn = session.scalar(select(func.count()).select_from(Drawing))
    answered = session.scalar(select(func.count()).select_from(Answer))
    return drawn or 0, answered or 0


def test_delete_takes_the_answers_along(database: Database) -> None:
    first, second = keep(database, drawing(reads=[{}, {"model": "deep_cnn"}]), drawing())
    with database.writing() as session:
        history.delete_drawing(session, ANN, first)
        assert counts(session) == (1, 1)
    with database.writing() as session:
        [left] = history.answers(session, ANN, 5).items
        assert left.drawing_id == second
        history.delete_answer(session, ANN, left.answer.id)
        assert counts(session) == (0, 0)


def test_forgetting_somebody_leaves_everybody_else(database: Database) -> None:
    keep(database, drawing(ANN), drawing(ANN), drawing(BOB), drawing(None))
    with database.writing() as session:
        assert history.delete_all(session, ANN, NOON - timedelta(days=1)) == 0
        assert history.delete_all(session, ANN, NOON) == 2
    with database.reading() as session:
        assert counts(session) == (2, 2)
        assert history.drawings(session, ANN, ALL, 5).items == []
        assert len(history.drawings(session, BOB, ALL, 5).items) == 1


@pytest.mark.parametrize("owner", [BOB, None, "", "%", "' OR 1=1 --", ANN.upper()])
def test_nobody_gets_at_what_is_anothers(database: Database, owner: str | None) -> None:
    ids = keep(
        database,
        drawing(ANN, image_data=PNG, true_label="7"),
        drawing(None, image_data=PNG, true_label="7"),
    )
    with database.reading() as session:
        kept_answers = session.scalars(select(Answer.id)).all()
        assert history.drawings(session, owner, ALL, 5) == history.Page([], None)
        assert history.answers(session, owner, 5) == history.Page([], None)
        assert history.tally(session, owner) == history.Tally(0, 0, [])
    assert list(history.all_drawings(database, owner, ALL)) == []
    with database.writing() as session:
        assert history.delete_all(session, owner, NOON) == 0
        of_drawings: list[Callable[..., object]]
        of_drawings = [history.drawing, history.image, history.delete_drawing]
        of_answers: list[Callable[..., object]] = [history.answer, history.delete_answer]
        for id_, ask in product(ids, of_drawings):
            with pytest.raises(history.UnknownDrawingError, match=id_):
                ask(session, owner, id_)
        for id_, ask in product(kept_answers, of_answers):
            with pytest.raises(UnknownPredictionError, match=id_):
                ask(session, owner, id_)
        assert counts(session) == (2, 2)


def test_an_upload_that_was_not_kept_is_unknown(database: Database) -> None:
    [id_] = keep(database, drawing())
    with database.reading() as session, pytest.raises(history.UnknownDrawingError, match="upload"):
        history.image(session, ANN, id_)


def test_tally_counts_ones_own(database: Database) -> None:
    kept = random_drawings(2, 80)
    keep(database, *kept)
    own = [(each, answers) for each, answers in kept if each.owner == BOB]
    judged = [
        (answer.model, is_wanted(each, [answer], Filters(model=answer.model, right=True)))
        for each, answers in own
        if each.true_label
        for answer in answers
    ]
    with database.reading() as session:
        tally = history.tally(session, BOB)
    assert (tally.drawn, tally.labelled) == (len(own), sum(bool(e.true_label) for e, _ in own))
    assert [(each.model, each.right, each.labelled) for each in tally.models] == [
        (
            model,
            sum(right for name, right in judged if name == model),
            sum(name == model for name, _ in judged),
        )
        for model in ("cnn", "deep_cnn", "single_layer")
    ]

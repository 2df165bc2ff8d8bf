from tests.engine import field_cases


def test_shared_cases_are_what_the_engine_makes_of_them() -> None:
    assert field_cases.FILE.read_text() == field_cases.text()

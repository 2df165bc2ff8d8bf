from tests.engine import field_cases


def test_shared_cases_are_what_the_engine_makes_of_them() -> None:
    for file, content in field_cases.files().items():
        assert file.read_text() == content

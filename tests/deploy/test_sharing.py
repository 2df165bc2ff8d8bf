"""Two application processes behind nginx that share a PostgreSQL, as in docker-compose.yml."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.database.postgres import Postgres
from tests.deploy.application import Pair, pair
from tests.deploy.nginx import Proxy, running
from tests.drawings import SEVEN, draw, encode

PNG = encode(draw(SEVEN))
PNG_TYPE = {"Content-Type": "image/png"}
# as a browser says it that opened the page on nginx's port
FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin"}

Service = tuple[Proxy, Pair]


@pytest.fixture(scope="module")
def service(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder: Path = tmp_path_factory.mktemp("shared")
    with (
        postgres.database() as url,
        pair(folder, LADDER_DATABASE_URL=url, LADDER_SECRET_KEY="s" * 32) as (first, second),
        running(folder / "nginx", (first.address, second.address)) as proxy,
    ):
        yield proxy, (first, second)


@pytest.fixture
def browser(service: Service) -> Iterator[httpx.Client]:
    """Somebody who has opened the page; cookies do not know ports."""
    proxy, _ = service
    with httpx.Client(headers=FROM_THE_PAGE) as browser:
        assert browser.get(f"{proxy.url}/").status_code == 200
        yield browser


def ask(browser: httpx.Client, url: str) -> str:
    """The id of a prediction that `url` is asked for."""
    answer = browser.post(f"{url}/predict/?keep=drawing", content=PNG, headers=PNG_TYPE)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


def test_prediction_of_one_process_is_labelled_through_the_other_and_listed_by_both(
    service: Service, browser: httpx.Client
) -> None:
    proxy, (first, second) = service
    predictions: list[str] = []
    for answering, labelling in ((first, second), (second, first)) * 5:
        prediction = ask(browser, answering.url)
        feedback = browser.post(
            f"{labelling.url}/predictions/{prediction}/feedback", json={"true_label": 7}
        )
        assert feedback.status_code == 200, feedback.text
        predictions.insert(0, prediction)
    for url in (first.url, second.url, proxy.url):
        listed = browser.get(f"{url}/predictions").json()["items"]
        assert [item["id"] for item in listed] == predictions
        assert {item["true_label"] for item in listed} == {7}
        assert httpx.get(f"{url}/predictions").json()["items"] == []
    assert browser.delete(f"{first.url}/predictions").json() == {"deleted": len(predictions)}
    assert browser.get(f"{second.url}/predictions").json()["items"] == []


def test_accounts_and_sessions_hold_at_both_processes(
    service: Service, browser: httpx.Client
) -> None:
    proxy, (first, second) = service
    credentials = {"name": "Ada", "password": "correct horse battery"}
    made = browser.post(f"{first.url}/accounts", json=credentials)
    assert made.status_code == 201, made.text
    for url in (first.url, second.url, proxy.url):
        assert browser.get(f"{url}/accounts/me").json()["name"] == "Ada"
    key = browser.post(f"{second.url}/accounts/me/keys", json={"name": "script"}).json()["key"]
    for url in (first.url, second.url, proxy.url):
        assert httpx.get(f"{url}/accounts/me", headers={"X-API-Key": key}).status_code == 200
    stolen = dict(browser.cookies)
    assert browser.delete(f"{second.url}/sessions/current").status_code == 204
    for url in (first.url, second.url, proxy.url):
        assert httpx.get(f"{url}/accounts/me", cookies=stolen).status_code == 401
    assert browser.post(f"{proxy.url}/sessions", json=credentials).status_code == 201


def test_page_of_another_origin_changes_nothing_through_nginx(
    service: Service, browser: httpx.Client
) -> None:
    proxy, _ = service
    prediction = ask(browser, proxy.url)
    del browser.headers["Sec-Fetch-Site"]  # as older browsers, and over http elsewhere
    statuses = {
        origin: browser.post(
            f"{proxy.url}/predictions/{prediction}/feedback",
            json={"true_label": 7},
            headers={"Origin": origin},
        ).status_code
        for origin in (proxy.url, "http://evil.example")
    }
    assert statuses == {proxy.url: 200, "http://evil.example": 403}

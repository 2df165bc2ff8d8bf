"""docker-compose.yml: least privileges, and parts that fit together."""

import ipaddress
import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from sqlalchemy import make_url

from ml_engine_and_backend.api import model_reloader
from ml_engine_and_backend.api.cli import STOPPING_TIMEOUT_S
from ml_engine_and_backend.api.settings import PREFIX, Settings
from ml_engine_and_backend.database import writer
from tests.conftest import REPOSITORY
from tests.deploy.nginx import NGINX

COMPOSE: dict[str, Any] = yaml.safe_load((REPOSITORY / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
APPLICATIONS = ("app1", "app2")
PROXY = SERVICES["nginx"]
# ends by itself, once
MIGRATION = "migrate"


def address(service: str) -> str:
    return str(SERVICES[service]["networks"]["inside"]["ipv4_address"])


@pytest.mark.parametrize("name", SERVICES)
def test_services_have_least_privileges(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["restart"] == ("no" if name == MIGRATION else "unless-stopped")
    assert {"mem_limit", "pids_limit"} <= set(service)
    if name != "postgres":
        assert all(":ro" in volume for volume in service.get("volumes", ()))


def test_only_nginx_can_be_reached_from_outside() -> None:
    assert [name for name in SERVICES if "ports" in SERVICES[name]] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in (*APPLICATIONS, MIGRATION, "postgres", "redis"):
        assert set(SERVICES[name]["networks"]) == {"inside"}


def test_addresses_fit_together() -> None:
    assert len({address(name) for name in SERVICES}) == len(SERVICES)
    subnet = COMPOSE["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    for name in SERVICES:
        assert ipaddress.ip_address(address(name)) in ipaddress.ip_network(subnet)
    environment = PROXY["environment"]
    upstreams = [environment["PROXY_APP_1"], environment["PROXY_APP_2"]]
    port = Settings.model_fields["port"].default
    assert upstreams == [f"{address(name)}:{port}" for name in APPLICATIONS]
    for name in APPLICATIONS:
        assert SERVICES[name]["environment"]["LADDER_TRUSTED_PROXIES"] == address("nginx")
    listen = environment["PROXY_LISTEN"]
    assert PROXY["ports"][0].endswith(f":{listen}")
    # below the root path, where there is one
    root_path = "${LADDER_ROOT_PATH:-}"
    assert environment["PROXY_PATH"] == f"{root_path}/"
    health = PROXY["healthcheck"]["test"][-1]
    assert health == f"http://127.0.0.1:{listen}{root_path}/health"


def test_nginx_gets_the_variables_of_its_template() -> None:
    templates = list((NGINX / "templates").glob("*.template"))
    used = set(re.findall(r"\$\{(\w+)\}", "".join(path.read_text() for path in templates)))
    given = {name for name in PROXY["environment"] if name.startswith("PROXY_")}
    assert used == given
    assert PROXY["environment"]["NGINX_ENVSUBST_FILTER"] == "^PROXY_"


def test_processes_are_left_alone_by_the_files_that_operations_names() -> None:
    document = (REPOSITORY / "docs" / "operations.md").read_text()
    template = (NGINX / "templates" / "ladder.conf.template").read_text()
    documented = f'{PROXY["environment"]["PROXY_FOLDER"]}/without-$app"'
    assert document.count(documented) == 2
    assert f"for app in {' '.join(APPLICATIONS)}; do" in document
    for number, app in enumerate(APPLICATIONS, 1):
        assert f"if (-f ${{PROXY_FOLDER}}/without-{app})" in template
        # the other one is asked
        assert (
            f"upstream ladder_without_{app} {{\n    server ${{PROXY_APP_{3 - number}}};" in template
        )


def test_nginx_body_limit_is_above_the_applications() -> None:
    limit = int(PROXY["environment"]["PROXY_APP_MAX_BODY_BYTES"])
    assert limit == Settings.model_fields["max_upload_bytes"].default
    assert int(PROXY["environment"]["PROXY_MAX_BODY_BYTES"]) > limit


def test_applications_differ_in_their_address_only() -> None:
    first, second = ({**SERVICES[name], "networks": None} for name in APPLICATIONS)
    assert first == second
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert set(first["environment"]) <= known


def test_applications_start_once_the_tables_are_made() -> None:
    migration = SERVICES[MIGRATION]
    assert migration["command"] == ["python", "-m", "ml_engine_and_backend", "migrate"]
    assert migration["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    assert "pg_isready" in SERVICES["postgres"]["healthcheck"]["test"]
    for name in APPLICATIONS:
        condition = "service_completed_successfully"
        assert SERVICES[name]["depends_on"] == {MIGRATION: {"condition": condition}}
        assert SERVICES[name]["environment"] == migration["environment"]


def test_database_is_the_one_that_the_applications_name() -> None:
    given = SERVICES["app1"]["environment"]
    postgres = SERVICES["postgres"]["environment"]
    password = postgres["POSTGRES_PASSWORD"]
    url = make_url(given["LADDER_DATABASE_URL"].replace(password, "password"))
    Settings.model_validate({"database_url": url.render_as_string(hide_password=False)})
    assert (url.host, url.port) == ("postgres", None)
    assert (url.username, url.password, url.database) == (
        *(postgres["POSTGRES_USER"], "password", postgres["POSTGRES_DB"]),
    )
    # compose stops where one of these is not set
    for value in (password, given["LADDER_SECRET_KEY"]):
        assert re.fullmatch(r"\$\{\w+:\?expected .+\}", value)


def test_applications_count_requests_in_one_redis_without_a_disk() -> None:
    url = urlsplit(SERVICES["app1"]["environment"]["LADDER_RATE_LIMIT_STORE"])
    assert (url.scheme, url.hostname, url.port) == ("redis", "redis", 6379)
    command = SERVICES["redis"]["command"]
    options = dict(zip(command[1::2], command[2::2], strict=True))
    assert (options["--save"], options["--appendonly"]) == ("", "no")
    assert "volumes" not in SERVICES["redis"]


def test_applications_may_take_as_long_to_stop_as_they_do() -> None:
    grace_s = int(SERVICES["app1"]["stop_grace_period"].removesuffix("s"))
    assert grace_s > STOPPING_TIMEOUT_S + writer.STOP_TIMEOUT_S + model_reloader.STOP_TIMEOUT_S


def test_database_is_on_a_volume() -> None:
    (volume,) = SERVICES["postgres"]["volumes"]
    name, folder = volume.split(":")
    assert name in COMPOSE["volumes"]
    assert folder == "/var/lib/postgresql/data"

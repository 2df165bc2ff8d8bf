"""deploy/kubernetes: valid for a stated version, least privileges, and parts that fit together."""

import inspect
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import kubernetes_validate
import pytest
import yaml
from fastapi.testclient import TestClient
from sqlalchemy import create_engine

from ml_engine_and_backend.api import model_reloader
from ml_engine_and_backend.api.app import create_app
from ml_engine_and_backend.api.cli import STOPPING_TIMEOUT_S, _parser
from ml_engine_and_backend.api.paths import METRICS
from ml_engine_and_backend.api.settings import PREFIX, Settings
from ml_engine_and_backend.database import writer
from tests.api.process import wait_until
from tests.conftest import REPOSITORY
from tests.deploy.dockerfile import DOCKERFILE, read_stages
from tests.deploy.kustomize import FILE, Document, build, containers, documents
from tests.deploy.nginx import VARIABLES

VERSION = "1.37"
FOLDER = REPOSITORY / "deploy" / "kubernetes"
KUSTOMIZATIONS = sorted(FOLDER.rglob(FILE))
OVERLAYS = sorted((FOLDER / "overlays").iterdir())
BUILT: dict[str, list[Document]] = {path.name: build(path) for path in OVERLAYS}
ALL = [
    pytest.param(
        overlay, document, id=f"{overlay}-{document['kind']}-{document['metadata']['name']}"
    )
    for overlay, built in BUILT.items()
    for document in built
]
EACH_OVERLAY = pytest.mark.parametrize("overlay", BUILT)
# that are made by hand, with the command that docs/operations.md has
OPERATIONS = (REPOSITORY / "docs" / "operations.md").read_text()


def one(overlay: str, kind: str, name: str = "ladder") -> Document:
    """The one resource of this kind and name."""
    (found,) = (
        document
        for document in BUILT[overlay]
        if (document["kind"], document["metadata"]["name"]) == (kind, name)
    )
    return found


def of_kind(overlay: str, kind: str) -> list[Document]:
    return [document for document in BUILT[overlay] if document["kind"] == kind]


def pod(document: Document) -> Document:
    template: Document = document["spec"]["template"]
    return template


def container(overlay: str) -> Document:
    (found,) = containers(one(overlay, "Deployment"))
    return found


def matches(selector: Document, labels: dict[str, str]) -> bool:
    """Whether a label selector takes a pod with these labels."""
    for key, value in selector.get("matchLabels", {}).items():
        if labels.get(key) != value:
            return False
    for expression in selector.get("matchExpressions", ()):
        assert expression["operator"] == "In"
        if labels.get(expression["key"]) not in expression["values"]:
            return False
    return True


def pods(overlay: str) -> dict[str, Document]:
    """Name of the workload -> its pod template."""
    workloads = of_kind(overlay, "Deployment") + of_kind(overlay, "Job")
    return {document["metadata"]["name"]: pod(document) for document in workloads}


def taken(overlay: str, selector: Document) -> set[str]:
    """The workloads whose pods a selector takes."""
    return {
        name
        for name, template in pods(overlay).items()
        if matches(selector, template["metadata"]["labels"])
    }


@pytest.mark.parametrize(("overlay", "document"), ALL)
def test_every_resource_is_valid(overlay: str, document: Document) -> None:
    used = kubernetes_validate.validate(document, VERSION, strict=True)
    assert used.startswith(VERSION)
    assert (document["kind"] == "Namespace") != ("namespace" in document["metadata"])


def test_validation_finds_what_is_wrong() -> None:
    document = one("models-in-image", "Deployment")
    wrong = {**document, "spec": {**document["spec"], "replica": 2}}
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(wrong, VERSION, strict=True)


@pytest.mark.parametrize("path", KUSTOMIZATIONS, ids=lambda path: path.parent.name)
def test_every_file_is_named_and_every_named_one_exists(path: Any) -> None:
    kustomization = yaml.safe_load(path.read_text())
    patches = {patch["path"] for patch in kustomization.get("patches", ())}
    named = set(kustomization["resources"]) | patches
    assert all((path.parent / name).exists() for name in named)
    here = {file.name for file in path.parent.glob("*.yaml")} - {FILE}
    assert here == {name for name in named if name.endswith(".yaml")}
    for name in here - patches:
        assert documents(path.parent / name), name


@EACH_OVERLAY
def test_names_are_unique_and_references_lead_somewhere(overlay: str) -> None:
    names = [(document["kind"], document["metadata"]["name"]) for document in BUILT[overlay]]
    assert len(names) == len(set(names))
    accounts = {name for kind, name in names if kind == "ServiceAccount"}
    claims = {name for kind, name in names if kind == "PersistentVolumeClaim"}
    used = set()
    for template in pods(overlay).values():
        assert template["spec"]["serviceAccountName"] in accounts
        volumes = {volume["name"]: volume for volume in template["spec"].get("volumes", ())}
        for each in template["spec"]["containers"]:
            mounts = {mount["name"] for mount in each.get("volumeMounts", ())}
            assert mounts == set(volumes)
        for volume in volumes.values():
            used |= {
                volume[kind]["claimName"] for kind in ("persistentVolumeClaim",) if kind in volume
            }
    assert used == claims
    reference = one(overlay, "HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]
    target = one(overlay, reference["kind"], reference["name"])
    assert target["apiVersion"] == reference["apiVersion"]
    assert "replicas" not in target["spec"], "expected the autoscaler to say how many"


@EACH_OVERLAY
def test_selectors_take_the_pods_that_they_mean(overlay: str) -> None:
    for document in of_kind(overlay, "Deployment"):
        assert taken(overlay, document["spec"]["selector"]) == {document["metadata"]["name"]}
    assert taken(overlay, one(overlay, "PodDisruptionBudget")["spec"]["selector"]) == {"ladder"}
    spread = pod(one(overlay, "Deployment"))["spec"]["topologySpreadConstraints"]
    assert [taken(overlay, each["labelSelector"]) for each in spread] == [{"ladder"}] * 2
    for service, expected in (("ladder", "ladder"), ("ladder-redis", "ladder-redis")):
        spec = one(overlay, "Service", service)["spec"]
        assert taken(overlay, {"matchLabels": spec["selector"]}) == {expected}
        (each,) = pods(overlay)[expected]["spec"]["containers"]
        ports = {port["name"] for port in each["ports"]}
        assert {port["targetPort"] for port in spec["ports"]} <= ports
    # so that nothing answers what an Ingress sends there
    assert "selector" not in one(overlay, "Service", "ladder-closed")["spec"]


@EACH_OVERLAY
def test_network_policies_let_in_and_out_what_is_needed(overlay: str) -> None:
    policies = {
        each["metadata"]["name"]: each["spec"] for each in of_kind(overlay, "NetworkPolicy")
    }
    nothing = policies.pop("nothing")
    assert nothing == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    assert {name: taken(overlay, spec["podSelector"]) for name, spec in policies.items()} == {
        "ladder": {"ladder"},
        "database": {"ladder", "ladder-migration"},
        "redis": {"ladder-redis"},
    }
    (inwards,) = policies["ladder"]["ingress"]
    assert "monitoring" in inwards["from"][0]["namespaceSelector"]["matchExpressions"][0]["values"]
    assert inwards["ports"] == [{"port": container(overlay)["ports"][0]["name"]}]
    (to_redis,) = policies["ladder"]["egress"]
    assert taken(overlay, to_redis["to"][0]["podSelector"]) == {"ladder-redis"}
    (at_redis,) = policies["redis"]["ingress"]
    assert taken(overlay, at_redis["from"][0]["podSelector"]) == {"ladder"}
    (redis,) = pods(overlay)["ladder-redis"]["spec"]["containers"]
    port = redis["ports"][0]["containerPort"]
    assert to_redis["ports"] == at_redis["ports"] == [{"port": port}]
    names, database = policies["database"]["egress"]
    assert {(each["port"], each["protocol"]) for each in names["ports"]} == {
        (53, "UDP"),
        (53, "TCP"),
    }
    assert database == {"ports": [{"port": 5432}]}


@EACH_OVERLAY
def test_pods_have_least_privileges(overlay: str) -> None:
    final = read_stages(DOCKERFILE.read_text())[-1]
    for name, template in pods(overlay).items():
        spec = template["spec"]
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        security = spec["securityContext"]
        assert security["runAsNonRoot"] is True
        assert security["seccompProfile"] == {"type": "RuntimeDefault"}
        if name != "ladder-redis":
            user = f"{security['runAsUser']}:{security['runAsGroup']}"
            assert [user] == final.values("USER")
        for each in spec["containers"]:
            assert each["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert {"cpu", "memory"} == set(each["resources"]["requests"])
            assert "memory" in each["resources"]["limits"]
            assert not each["image"].endswith(":latest")
            assert ":" in each["image"]
    labels = one(overlay, "Namespace", "digit-ladder")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"
    assert labels["pod-security.kubernetes.io/enforce-version"] == f"v{VERSION}"


@pytest.fixture(scope="module")
def paths() -> Document:
    """What the application has, by path and method."""
    found: Document = create_app(Settings.model_validate({"database_url": "none"})).openapi()[
        "paths"
    ]
    return found


@EACH_OVERLAY
def test_probes_ask_paths_of_the_application(overlay: str, paths: Document) -> None:
    each = container(overlay)
    expected = {"startupProbe": "/health", "livenessProbe": "/health", "readinessProbe": "/ready"}
    for probe, path in expected.items():
        asked = each[probe]["httpGet"]
        assert asked == {"path": path, "port": each["ports"][0]["name"]}
        assert "get" in paths[path]
    assert each["ports"][0]["containerPort"] == Settings.model_fields["port"].default
    annotations = pod(one(overlay, "Deployment"))["metadata"]["annotations"]
    assert annotations["prometheus.io/path"] == METRICS
    assert annotations["prometheus.io/port"] == str(each["ports"][0]["containerPort"])
    # a migration or models that are not there are waited for before it listens
    start_s = each["startupProbe"]["periodSeconds"] * each["startupProbe"]["failureThreshold"]
    assert start_s > 2 * (writer.START_TIMEOUT_S + model_reloader.FIRST_LOOK_TIMEOUT_S)


@EACH_OVERLAY
def test_pods_may_take_as_long_to_stop_as_the_application_does(overlay: str) -> None:
    spec = pod(one(overlay, "Deployment"))["spec"]
    stopping_s = (
        container(overlay)["lifecycle"]["preStop"]["sleep"]["seconds"]
        + STOPPING_TIMEOUT_S
        + writer.STOP_TIMEOUT_S
        + model_reloader.STOP_TIMEOUT_S
    )
    assert stopping_s < spec["terminationGracePeriodSeconds"]


@EACH_OVERLAY
def test_variables_are_settings_that_the_service_takes(
    overlay: str,
) -> None:
    secrets = {"database-url": "postgresql://u:p@db/ladder", "secret-key": "s" * 32}
    secrets["redis-password"] = "hush"
    given: dict[str, str] = {}
    for variable in container(overlay)["env"]:
        if "value" in variable:
            given[variable["name"]] = re.sub(
                r"\$\((\w+)\)", lambda match: given[match[1]], variable["value"]
            )
        else:
            reference = variable["valueFrom"]["secretKeyRef"]
            assert reference["name"] == "ladder"
            given[variable["name"]] = secrets[reference["key"]]
    known = {PREFIX + field.upper() for field in Settings.model_fields}
    assert {name for name in given if name.startswith(PREFIX)} <= known
    fields = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in given.items()
        if name.startswith(PREFIX)
    }
    settings = Settings(**fields)  # type: ignore[arg-type]
    url = urlsplit(settings.rate_limit_store.get_secret_value())
    service = one(overlay, "Service", url.hostname or "")
    assert (url.password, url.port) == ("hush", service["spec"]["ports"][0]["port"])
    # what is asked for by hand, with the same names
    for key in secrets:
        assert f"--from-literal={key}=" in OPERATIONS


@EACH_OVERLAY
def test_ingress_is_as_strict_as_nginx(overlay: str) -> None:
    ingress = one(overlay, "Ingress")
    annotations = ingress["metadata"]["annotations"]
    for name in (
        "nginx.org/client-max-body-size",
        "nginx.ingress.kubernetes.io/proxy-body-size",
    ):
        assert annotations[name] == VARIABLES["PROXY_MAX_BODY_BYTES"]
    (rule,) = ingress["spec"]["rules"]
    backends = {path["path"]: path["backend"]["service"] for path in rule["http"]["paths"]}
    assert {path: backend["name"] for path, backend in backends.items()} == {
        "/": "ladder",
        METRICS: "ladder-closed",
    }
    for backend in backends.values():
        ports = one(overlay, "Service", backend["name"])["spec"]["ports"]
        assert backend["port"]["name"] in {port["name"] for port in ports}
    assert ingress["spec"]["tls"][0]["hosts"] == [rule["host"]]


@EACH_OVERLAY
def test_as_many_replicas_as_postgresql_has_connections_for(overlay: str) -> None:
    scaler = one(overlay, "HorizontalPodAutoscaler")["spec"]
    pool = inspect.signature(create_engine("postgresql+psycopg://h/d").pool.__class__).parameters
    each = pool["pool_size"].default + pool["max_overflow"].default
    deployment = one(overlay, "Deployment")["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    # an old pod is gone before the next one is told to stop
    grace_s = pod(one(overlay, "Deployment"))["spec"]["terminationGracePeriodSeconds"]
    assert grace_s <= deployment["minReadySeconds"] < deployment["progressDeadlineSeconds"]
    new, stopping = 1, 1
    connections = (scaler["maxReplicas"] + new + stopping) * each
    # 100 by default, of which 3 are kept for superusers
    assert connections <= 97
    assert f"open up to {connections} connections" in OPERATIONS
    assert scaler["minReplicas"] >= 2
    (metric,) = scaler["metrics"]
    assert metric["resource"]["name"] == "cpu"
    assert container(overlay)["resources"]["requests"]["cpu"] == "1", "the core that it works on"


@EACH_OVERLAY
def test_migration_runs_the_command_with_the_same_image(overlay: str) -> None:
    (each,) = containers(one(overlay, "Job", "ladder-migration"))
    assert each["command"] == ["python", "-m", "ml_engine_and_backend", "migrate"]
    assert _parser().parse_args([each["command"][-1]])
    assert each["image"] == container(overlay)["image"]
    (variable,) = each["env"]
    assert variable in container(overlay)["env"]


def test_models_are_in_the_image_or_on_a_volume_that_is_only_read() -> None:
    in_image, on_volume = container("models-in-image"), container("models-on-volume")
    assert ("models", "./models") in read_stages(DOCKERFILE.read_text())[-1].copied
    assert PREFIX + "MODELS_DIR" not in {each["name"] for each in in_image["env"]}
    (mount,) = (each for each in on_volume["volumeMounts"] if each["name"] == "models")
    assert mount["readOnly"] is True
    variables = {each["name"]: each.get("value") for each in on_volume["env"]}
    assert variables[PREFIX + "MODELS_DIR"] == f"{mount['mountPath']}/models"
    (claim,) = (
        each["persistentVolumeClaim"]
        for each in pod(one("models-on-volume", "Deployment"))["spec"]["volumes"]
        if each["name"] == "models"
    )
    assert claim["readOnly"] is True


def fill(volume: Path, *, skipped_lines: int = 0) -> int:
    """Run the command of the Job that fills the volume, with ours in its place; its exit status."""
    (each,) = containers(one("models-on-volume", "Job", "ladder-models"))
    assert each["image"] == container("models-on-volume")["image"]
    (mount,) = each["volumeMounts"]
    *command, script = each["command"]
    lines = script.replace(mount["mountPath"], str(volume)).splitlines()[skipped_lines:]
    return subprocess.run([*command, "\n".join(lines)], cwd=REPOSITORY, check=False).returncode


def files(folder: Path) -> dict[Path, bytes]:
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_replicas_become_ready_once_the_volume_is_filled(tmp_path: Path) -> None:
    settings = Settings(models_dir=tmp_path / "models", reload_seconds=0.05)
    with TestClient(create_app(settings)) as client:
        assert client.get("/ready").status_code == 503
        assert fill(tmp_path) == 0
        wait_until(lambda: client.get("/ready").status_code == 200, within_s=60)
    assert files(tmp_path / "models") == files(REPOSITORY / "models")
    assert [path.name for path in tmp_path.iterdir()] == ["models"]


# without its first line: a pod that looked before another one had copied
@pytest.mark.parametrize(("skipped_lines", "is_refused"), [(0, False), (1, True)])
def test_a_volume_that_has_models_is_left_alone(
    tmp_path: Path, skipped_lines: int, is_refused: bool
) -> None:
    served = tmp_path / "models" / "cnn" / "3" / "metadata.json"
    served.parent.mkdir(parents=True)
    served.write_text("another")
    before = files(tmp_path / "models")
    assert (fill(tmp_path, skipped_lines=skipped_lines) != 0) is is_refused
    assert files(tmp_path / "models") == before


def test_a_copy_that_was_interrupted_is_made_again(tmp_path: Path) -> None:
    (tmp_path / ".draft-000000" / "models" / "cnn").mkdir(parents=True)
    assert fill(tmp_path) == 0
    assert files(tmp_path / "models") == files(REPOSITORY / "models")

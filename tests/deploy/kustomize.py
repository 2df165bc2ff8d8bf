"""Assembles kustomizations as `kubectl kustomize` does, as far as ours go."""

from pathlib import Path
from typing import Any

import yaml

Document = dict[str, Any]

FILE = "kustomization.yaml"
# of which the tests know what they do
FIELDS = {"apiVersion", "kind", "namespace", "resources", "images", "patches"}


def documents(path: Path) -> list[Document]:
    """The documents of a file of manifests."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def build(folder: Path) -> list[Document]:
    """The resources of a kustomization, with its namespace, images and patches."""
    kustomization = yaml.safe_load((folder / FILE).read_text())
    assert set(kustomization) <= FIELDS, f"{folder}: expected none but {FIELDS}"
    found: list[Document] = []
    for name in kustomization["resources"]:
        path = folder / name
        found += build(path) if path.is_dir() else documents(path)
    for patch in kustomization.get("patches", ()):
        target = patch["target"]
        (chosen,) = (
            document
            for document in found
            if (document["kind"], document["metadata"]["name"]) == (target["kind"], target["name"])
        )
        for operation in yaml.safe_load((folder / patch["path"]).read_text()):
            _apply(chosen, operation)
    for document in found:
        if "namespace" in kustomization and document["kind"] != "Namespace":
            document["metadata"]["namespace"] = kustomization["namespace"]
        for container in containers(document):
            for image in kustomization.get("images", ()):
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return found


def containers(document: Document) -> list[Document]:
    """The containers of what has a pod's template."""
    template = document.get("spec", {}).get("template", {})
    found: list[Document] = template.get("spec", {}).get("containers", [])
    return found


def _apply(document: Document, operation: dict[str, Any]) -> None:
    """One operation of a JSON patch (RFC 6902): `add` and `replace`."""
    *path, last = operation["path"].removeprefix("/").split("/")
    parent: Any = document
    for part in path:
        parent = parent[int(part) if isinstance(parent, list) else part]
    if operation["op"] == "add" and last == "-":
        parent.append(operation["value"])
        return
    key = int(last) if isinstance(parent, list) else last
    if operation["op"] == "replace":
        parent[key]  # there must be one
    else:
        assert operation["op"] == "add", operation
        assert isinstance(parent, dict), operation
    parent[key] = operation["value"]

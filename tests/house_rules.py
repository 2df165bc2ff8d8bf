"""What code of this house does not do to the libraries that it uses, found by reading it."""

import ast
import importlib
import inspect
import textwrap
from collections.abc import Iterator

FRAMEWORKS = ("fastapi", "pydantic", "pydantic_settings", "starlette", "uvicorn")
OWN = ("ml_engine_and_backend", "experiments", "benchmarks", "tests", "scripts")
# public, though they have an underscore in front: Python's named tuples
PUBLIC = {"_asdict", "_fields", "_make", "_replace"}
# below ASGI, where nothing of this house stands
BELOW_ASGI = ("uvicorn.protocols", "uvicorn.server")
# parts of an application that are not to be replaced
REPLACED = {"build_middleware_stack", "router.default", "router.routes"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def violations(source: str) -> list[str]:
    """What `source` does that it should not, each as `line: what`.

    - a private member: of anything that is not the class's own, by import, access or assignment;
      in a subclass of a framework's class, also one that the framework's code names
    - `sys.modules`
    - a part of the server that stands below ASGI, by import
    - an attribute or item of a library's module or class that is assigned or deleted
    - a part of an application that is named or overridden, of REPLACED
    """
    tree = ast.parse(source)
    imported = dict(_imported(tree))
    found = {
        (node.lineno, what)
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt | ast.expr)
        for what in (*_imports(node), *_accesses(node, imported), *_changes(node, imported))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found |= {(line, what) for line, what in _members(node, imported)}
    return [f"{line}: {what}" for line, what in sorted(found)]


def openapi_assignments(source: str) -> int:
    """How often something is assigned to an attribute `openapi`."""
    targets = (t for node in ast.walk(ast.parse(source)) for t in _targets(node))
    return sum(isinstance(target, ast.Attribute) and target.attr == "openapi" for target in targets)


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Each name that an import binds, and what it stands for: `Image` is `PIL.Image`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                yield alias.asname or whole, whole
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            name = module + alias.name
            if name.startswith(FRAMEWORKS) and any(_is_private(part) for part in name.split(".")):
                yield f"private {name}"
            if name == "sys.modules":
                yield name
            if name.startswith(BELOW_ASGI):
                yield f"below ASGI {name}"


def _accesses(node: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    if isinstance(node, ast.Attribute):
        path = _path(node)
        if _is_private(node.attr) and path not in (f"self.{node.attr}", f"cls.{node.attr}"):
            yield f"private {path}"
        if ".".join((imported.get(path.partition(".")[0], ""), node.attr)) == "sys.modules":
            yield "sys.modules"
        yield from (f"replaceable {part}" for part in REPLACED if f".{path}".endswith(f".{part}"))
    elif isinstance(node, ast.Call) and _path(node.func) in ("getattr", "setattr", "delattr"):
        name = node.args[1]
        if isinstance(name, ast.Constant) and _is_private(str(name.value)):
            yield f"private {name.value!s}"


def _changes(node: ast.AST, imported: dict[str, str]) -> Iterator[str]:
    for target in _targets(node):
        whole = imported.get(_path(target).partition(".")[0], "")
        is_library = whole and not whole.startswith(OWN)
        if is_library and not isinstance(target, ast.Name) and _path(target) != "os.environ":
            yield f"change to {_path(target)}"


def _targets(node: ast.AST) -> list[ast.expr]:
    """What a statement assigns or deletes; of `setattr` and `delattr`, the attribute."""
    if isinstance(node, ast.Assign | ast.Delete):
        return node.targets
    if isinstance(node, ast.AugAssign | ast.AnnAssign):
        return [node.target]
    if isinstance(node, ast.Call) and _path(node.func) in ("setattr", "delattr"):
        name = node.args[1]
        attribute = str(name.value) if isinstance(name, ast.Constant) else "?"
        return [ast.Attribute(node.args[0], attribute)]
    return []


def _members(node: ast.ClassDef, imported: dict[str, str]) -> Iterator[tuple[int, str]]:
    """Private members of a framework's class that a subclass names or overrides."""
    for base in node.bases:
        path = _path(base)
        name, _, rest = path.partition(".")
        whole = ".".join(filter(None, (imported.get(name, name), rest)))
        if not whole.startswith(FRAMEWORKS):
            continue
        theirs = _names_in(whole)
        for inner in ast.walk(node):
            if isinstance(inner, FUNCTIONS) and inner.name in theirs | REPLACED:
                yield inner.lineno, f"override of {whole}.{inner.name}"
            elif isinstance(inner, ast.Attribute) and inner.attr in theirs:
                yield inner.lineno, f"private {_path(inner)} of {whole}"
            for target in _targets(inner):
                if isinstance(target, ast.Name) and target.id in theirs:
                    yield inner.lineno, f"override of {whole}.{target.id}"  # type: ignore[attr-defined]


def _names_in(whole: str) -> set[str]:
    """The private names in the code of a class and its bases."""
    module, _, name = whole.rpartition(".")
    names: set[str] = set()
    for cls in getattr(importlib.import_module(module), name).__mro__[:-1]:
        for inner in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(cls)))):
            if isinstance(inner, ast.Attribute):
                names.add(inner.attr)
            elif isinstance(inner, FUNCTIONS):
                names.add(inner.name)
    return set(filter(_is_private, names))


def _path(node: ast.expr) -> str:
    """`a.b.c` of the code; of what is no name, its end."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return f"{_path(node.value)}.{node.attr}"
        case ast.Subscript():
            return _path(node.value)
        case ast.Call():
            return f"{_path(node.func)}()"
    return "?"


def _is_private(name: str) -> bool:
    is_dunder = name.startswith("__") and name.endswith("__")
    return name.startswith("_") and name != "_" and not is_dunder and name not in PUBLIC

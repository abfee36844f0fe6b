"""What made a table, as far as it is code: a hash of a module and of every module of this library that it imports.

Belongs here: following imports. Does not belong here: which module makes what (whoever asks names it).
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

LIBRARY = "pipeline"
# where a statement has others
BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


@cache
def version_of(*modules: str) -> str:
    """Return a hash of the text of these modules and of all that they import from this library, however far on.

    An import under ``if TYPE_CHECKING`` counts for nothing: it has no part in what a module does.
    """
    digest = hashlib.sha256()
    for name in sorted(closure(*modules)):
        digest.update(name.encode() + _file(name).read_bytes())
    return digest.hexdigest()


def closure(*modules: str) -> set[str]:
    """Return the names of these modules and of all that they import from this library."""
    found, waiting = set[str](), list(modules)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += imports(name)
    return found


@cache
def imports(module: str) -> frozenset[str]:
    """Return the modules of this library that a module imports, anywhere in it but where only types are checked."""
    found = set()
    tree = ast.parse(_file(module).read_text(encoding="utf-8"))
    for node in _statements(tree.body):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names if each.name.split(".")[0] == LIBRARY}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == LIBRARY and not node.level:
            below = {f"{node.module}.{each.name}" for each in node.names}
            modules = {each for each in below if _is_module(each)}
            found |= modules | ({node.module} if below - modules else set())
    return frozenset(found)


def _statements(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield statements and those within them; expressions, which no import is part of, are ten times as many."""
    for node in nodes:
        if not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)):
            yield node
            for block in BLOCKS:
                yield from _statements(getattr(node, block, ()))


@cache
def _is_module(name: str) -> bool:
    root = Path(__file__).parent.parent.joinpath(*name.split("."))
    return root.with_suffix(".py").is_file() or (root / "__init__.py").is_file()


@cache
def _file(module: str) -> Path:
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"no module {module}")
    return Path(spec.origin)

"""Read a strategy's parameters from the text of its file: nothing is imported and nothing runs.

This is for the completion of a command line, where a key must answer at once and must not execute
a user's file. What a file computes is not seen: such a default is left out.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import NamedTuple

from .entry_points import STRATEGIES, registered
from .module_files import file_of_module
from .numpydoc import Documented, parameters_of

ROOTS = ("Strategy", "SignalStrategy", "PlaybookStrategy", "RuleStrategy")
"""Names of the classes that have no base class worth looking for."""

COMMON = ("fill", "size_at", "rebalance", "every", "account_from", "inputs")
"""Parameters of every `PlaybookStrategy`, which are none of a strategy's own."""

DEEPEST = 20
"""Classes between a strategy and one of `ROOTS`, at most."""


class Written(NamedTuple):
    """A parameter as its strategy's file has it."""

    default: object
    """None where the file computes it."""
    said: Documented | None


class _Class(NamedTuple):
    node: ast.ClassDef
    file: Path
    module: str
    """Dotted name of the file; empty for one that is given by its path."""


def parameters_of_text(strategy: str) -> dict[str, Written]:
    """Return the parameters of NAME, ``module:Class`` or ``path/file.py[:Class]`` as written.

    Parameters
    ----------
    strategy : str
        As commands take it.

    Returns
    -------
    dict
        Name to parameter, in backtrader's order: those of base classes first. Empty where no such
        class is found, a file cannot be read, or it holds several strategies and none is named.
    """
    try:
        found = _class_of(strategy)
        line = [] if found is None else _lineage(found)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return {}
    weights = bool(line) and not {"Strategy", "SignalStrategy"} & {*_bases(line[-1].node)}
    written: dict[str, object] = {}
    said: dict[str, Documented] = {}
    for each in reversed(line):
        written |= _defaults(each.node)
        said |= parameters_of(inspect.cleandoc(ast.get_docstring(each.node) or ""))
    return {
        name: Written(default, said.get(name))
        for name, default in written.items()
        if not (weights and name in COMMON)
    }


def summary_of_text(strategy: str) -> str:
    """Return the first line of a strategy's docstring as written; empty where there is none."""
    try:
        found = _class_of(strategy)
    except (OSError, SyntaxError, ValueError, RecursionError):
        return ""
    return ((found and ast.get_docstring(found.node)) or "").partition("\n")[0]


def _class_of(strategy: str) -> _Class | None:
    text = strategy
    if ":" not in text and not text.endswith(".py"):
        point = registered(STRATEGIES).get(text)
        text = point.value if point else ""
    where, _, name = (text, "", "") if text.endswith(".py") else text.rpartition(":")
    file = Path(where) if where.endswith(".py") else file_of_module(where) if where else None
    if file is None:
        return None
    module = "" if where.endswith(".py") else where
    if name:
        return _named(file, module, name)
    classes = [_Class(node, file, module) for node in _body(file) if isinstance(node, ast.ClassDef)]
    kinds = [each for each in classes if {*ROOTS} & {*_bases(_lineage(each)[-1].node)}]
    public = [each for each in kinds if not each.node.name.startswith("_")] or kinds
    return public[0] if len(public) == 1 else None


def _lineage(found: _Class) -> list[_Class]:
    """Return a class and its base classes up to one of `ROOTS`, the nearest first."""
    line = [found]
    while len(line) < DEEPEST:
        bases = _bases(line[-1].node)
        known = (_named(line[-1].file, line[-1].module, name) for name in bases)
        above = None if {*ROOTS} & {*bases} else next(filter(None, known), None)
        if above is None:
            break
        line.append(above)
    return line


def _named(file: Path, module: str, name: str, depth: int = 0) -> _Class | None:
    """Return a class of a file, or of the file that it is imported from."""
    for node in _body(file):
        if isinstance(node, ast.ClassDef) and node.name == name:
            return _Class(node, file, module)
        if not isinstance(node, ast.ImportFrom) or depth > DEEPEST:
            continue
        for alias in node.names:
            if (alias.asname or alias.name) == name:
                origin, dotted = _origin(file, module, node)
                return _named(origin, dotted, alias.name, depth + 1) if origin else None
    return None


def _origin(file: Path, module: str, node: ast.ImportFrom) -> tuple[Path | None, str]:
    """Return the file that names are imported from, and its dotted name."""
    level = node.level - (file.name == "__init__.py")
    package = module.split(".")[: -level or None] if node.level else []
    name = ".".join([*package, *([node.module] if node.module else [])])
    beside = file.with_name(f"{name}.py")
    if not module and beside.is_file():  # as `user_files` imports a file's neighbours
        return beside, ""
    return file_of_module(name), name


def _body(file: Path) -> list[ast.stmt]:
    return ast.parse(file.read_bytes()).body


def _bases(node: ast.ClassDef) -> list[str]:
    """Return the names of base classes; of ``bt.Strategy`` its last part."""
    return [
        base.attr if isinstance(base, ast.Attribute) else base.id
        for base in node.bases
        if isinstance(base, (ast.Attribute, ast.Name))
    ]


def _defaults(node: ast.ClassDef) -> dict[str, object]:
    """Return what a class assigns to `params`: a tuple of pairs, a mapping or ``dict(...)``."""
    for each in node.body:
        targets = each.targets if isinstance(each, ast.Assign) else [getattr(each, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "params" for target in targets):
            return {
                key: _value(value) for key, value in _pairs(getattr(each, "value", None)) if key
            }
    return {}


def _pairs(node: ast.expr | None) -> list[tuple[str, ast.expr]]:
    if isinstance(node, (ast.Tuple, ast.List)):
        rows = [row.elts for row in node.elts if isinstance(row, (ast.Tuple, ast.List))]
        return [(_key(row[0]), row[1]) for row in rows if len(row) == 2]
    if isinstance(node, ast.Dict):
        return [(_key(key), value) for key, value in zip(node.keys, node.values, strict=True)]
    if isinstance(node, ast.Call):
        return [(word.arg or "", word.value) for word in node.keywords]
    return []


def _key(node: ast.expr | None) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""


def _value(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return None

"""A user's own Python file as a module, and the files beside it that it imports.

A file that is run by its path may import its neighbours, as a script may. Each module gets a name
of its own, made from its path: `sys.path` is left alone, and the `signals.py` of two folders are
two modules.
"""

from __future__ import annotations

import builtins
import hashlib
import importlib
import importlib.machinery
import importlib.util
import os
import sys
import traceback
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from ...feeds.quoting import shortened, shown
from ..errors import ParameterError

USER_FILE = "user_strategy_"
"""How the names of modules begin that are loaded from a user's files."""

SHA256 = "__btplaybook_sha256__"
"""Where such a module keeps the hash of the bytes that were executed."""


def module_of(path: Path) -> ModuleType:
    """Load a file anew, and anew what it imports from its folder.

    Raises
    ------
    ParameterError
        There is no such file, or its import fails: the message names the file, the line and what
        went wrong there.
    """
    if not os.path.isfile(path):
        raise ParameterError(f"there is no file {shortened(str(path))}")
    try:
        module = _loaded(path, _Imports(path.resolve().parent), given=path)
    except (Exception, SystemExit) as error:  # an import runs whatever the file's author wrote
        raise ParameterError(f"{path} cannot be imported: {failure(error)}") from error
    return module


def module_at(where: str) -> ModuleType:
    """Return the module that a text names: a path ending in ``.py``, or a dotted name.

    Raises
    ------
    ParameterError
        There is none, or its import fails.
    """
    if where.endswith(".py"):
        return module_of(Path(where))
    try:
        return importlib.import_module(where)
    except (ImportError, ValueError) as error:
        raise ParameterError(f"module {shown(where)} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # an import runs whatever the module's author wrote
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ParameterError(f"module {shown(where)} cannot be imported: {words}") from error


class _Imports:
    """What ``import`` does in a user's file: the file's folder first, then as everywhere."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, str] = {}

    def __call__(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,
        locals: Mapping[str, object] | None = None,
        fromlist: Sequence[str] = (),
        level: int = 0,
    ) -> ModuleType:
        if level == 0:
            name = self._own(name)
        return builtins.__import__(name, globals, locals, fromlist, level)

    def _own(self, name: str) -> str:
        """Return the name under which a neighbour is loaded; any other name as it is."""
        first, dot, rest = name.partition(".")
        if first not in self.names and first not in sys.stdlib_module_names | {"btplaybook"}:
            for path in (self.folder / f"{first}.py", self.folder / first / "__init__.py"):
                if path.is_file():
                    self.names[first] = module_name(
                        path
                    )  # first, for files that import one another
                    _loaded(path, self)
                    break
        return self.names.get(first, first) + dot + rest


class _Loader(importlib.machinery.SourceFileLoader):
    """Loads a file whose imports look into a folder first."""

    def __init__(self, name: str, path: str, imports: _Imports) -> None:
        super().__init__(name, path)
        self.imports = imports

    def get_code(self, fullname: str) -> CodeType:
        """Compile the bytes of the file, whose hash is kept: no compiled file takes their place."""
        content = Path(self.path).read_bytes()
        self.sha256 = hashlib.sha256(content).hexdigest()
        code: CodeType = self.source_to_code(content, self.path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Run the file with that ``import``."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self.imports}
        super().exec_module(module)
        vars(module)[SHA256] = self.sha256


class _Inside(importlib.machinery.PathFinder):
    """Finds the modules of a package that lies beside a user's file."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of such a module, whose imports are those of its package; else None."""
        package = sys.modules.get(fullname.partition(".")[0])
        loader = getattr(package, "__loader__", None)
        if not isinstance(loader, _Loader):
            return None
        spec = super().find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path, loader.imports)
        return spec


def _loaded(path: Path, imports: _Imports, given: Path | None = None) -> ModuleType:
    """Run a file as a module of its own name; a failed one leaves the one before it."""
    if _Inside not in sys.meta_path:
        sys.meta_path.insert(0, _Inside)
    name = module_name(path)
    inside = [str(path.parent.resolve())] if path.name == "__init__.py" else None
    spec: Any = importlib.util.spec_from_file_location(
        name,
        path,
        loader=_Loader(name, str(path.resolve()), imports),
        submodule_search_locations=inside,
    )
    module = importlib.util.module_from_spec(spec)
    if given is not None:
        module.__file__ = str(given)  # as it was given, for the name in run.json
    before = {key: kept for key, kept in sys.modules.items() if key.split(".")[0] == name}
    for key in before:
        del sys.modules[key]
    sys.modules[name] = module  # backtrader looks a class's module up when it makes one
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        sys.modules.update(before)
        raise
    return module


def module_name(path: Path) -> str:
    """Return the name of a user's module: files of one name in two folders are two."""
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    return f"{USER_FILE}{stem}_{zlib.crc32(bytes(path.resolve())):08x}".replace(".", "_")


def failure(error: BaseException, file: str | None = None) -> str:
    """Return what went wrong and where, in a line.

    Parameters
    ----------
    error : BaseException
        As it was raised by a user's code.
    file : str or None
        The user's file: its innermost line is named, if it has one; else the innermost of all.
    """
    said = " ".join(str(error).split())
    if isinstance(error, SyntaxError):
        return said
    lines = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith("<") and frame.filename != __file__
    ]
    lines = [frame for frame in lines if frame.filename == file] or lines
    where = f"line {lines[-1].lineno} of {Path(lines[-1].filename).name}: " if lines else ""
    if "attempted relative import" in said:
        said += "; a file that is run by its path imports its neighbours by name alone"
    return f"{where}{type(error).__name__}: {said}"

"""Import a user's Python file as a module, together with the files next to it that it imports.

A file given by its path may import files of its folder, as a script may. Each module gets a name
made from its path, so that `sys.path` is not changed and files named `signals.py` in two folders
become two modules.
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

from ....feeds.quoting import shortened, shown
from ...errors import ParameterError

USER_FILE = "user_strategy_"
"""Prefix of the names of modules loaded from a user's files."""

SHA256 = "__btplaybook_sha256__"
"""Attribute of such a module with the hash of the bytes that were executed."""


def module_of(path: Path) -> ModuleType:
    """Import a file again, and again the files of its folder that it imports.

    Raises
    ------
    ParameterError
        The file does not exist, or its import fails; the message names the file, the line and the
        error.
    """
    if not os.path.isfile(path):
        raise ParameterError(f"there is no file {shortened(str(path))}")
    try:
        module = _loaded(path, _Imports(path.resolve().parent), given=path)
    except (Exception, SystemExit) as error:  # the author's code may raise anything
        raise ParameterError(f"{path} cannot be imported: {failure(error)}") from error
    return module


def module_at(where: str) -> ModuleType:
    """Return the module of a path ending in ``.py``, or of a dotted name.

    Raises
    ------
    ParameterError
        The module does not exist, or its import fails.
    """
    if where.endswith(".py"):
        return module_of(Path(where))
    try:
        return importlib.import_module(where)
    except (ImportError, ValueError) as error:
        raise ParameterError(f"module {shown(where)} cannot be imported: {error}") from error
    except (Exception, SystemExit) as error:  # the author's code may raise anything
        words = " ".join(f"{type(error).__name__}: {error}".split())
        raise ParameterError(f"module {shown(where)} cannot be imported: {words}") from error


class _Imports:
    """The ``import`` statement of a user's file: it searches the file's folder first."""

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
        """Return the module name of a file in the same folder; any other name unchanged."""
        first, dot, rest = name.partition(".")
        if first not in self.names and first not in sys.stdlib_module_names | {"btplaybook"}:
            for path in (self.folder / f"{first}.py", self.folder / first / "__init__.py"):
                if path.is_file():
                    self.names[first] = module_name(
                        path
                    )  # earlier, for files that import each other
                    _loaded(path, self)
                    break
        return self.names.get(first, first) + dot + rest


class _Loader(importlib.machinery.SourceFileLoader):
    """Load a file whose import statements search a given folder first."""

    def __init__(self, name: str, path: str, imports: _Imports) -> None:
        super().__init__(name, path)
        self.imports = imports

    def get_code(self, fullname: str) -> CodeType:
        """Compile the bytes of the file and keep their hash; a cached .pyc is never used."""
        content = Path(self.path).read_bytes()
        self.sha256 = hashlib.sha256(content).hexdigest()
        code: CodeType = self.source_to_code(content, self.path)
        return code

    def exec_module(self, module: ModuleType) -> None:
        """Execute the file with that ``import``."""
        vars(module)["__builtins__"] = {**vars(builtins), "__import__": self.imports}
        super().exec_module(module)
        vars(module)[SHA256] = self.sha256


class _Inside(importlib.machinery.PathFinder):
    """Find the modules of a package that is in the folder of a user's file."""

    @classmethod
    def find_spec(
        cls, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return the spec of a module of such a package; None for any other module."""
        package = sys.modules.get(fullname.partition(".")[0])
        loader = getattr(package, "__loader__", None)
        if not isinstance(loader, _Loader):
            return None
        spec = super().find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, importlib.machinery.SourceFileLoader):
            spec.loader = _Loader(fullname, spec.loader.path, loader.imports)
        return spec


def _loaded(path: Path, imports: _Imports, given: Path | None = None) -> ModuleType:
    """Execute a file as a module under its own name; if it fails, the earlier module stays."""
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
        module.__file__ = str(given)  # as given, since run.json keeps it
    before = {key: kept for key, kept in sys.modules.items() if key.split(".")[0] == name}
    for key in before:
        del sys.modules[key]
    sys.modules[name] = module  # backtrader looks up the module when it creates a class
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        sys.modules.update(before)
        raise
    return module


def module_name(path: Path) -> str:
    """Return the module name of a user's file; files of one name in two folders differ."""
    stem = path.parent.name if path.name == "__init__.py" else path.stem
    return f"{USER_FILE}{stem}_{zlib.crc32(bytes(path.resolve())):08x}".replace(".", "_")


def in_a_line(error: BaseException, module: str) -> str:
    """Return why a run of a user's code ended, in one line; `module` is the code's module name."""
    if hasattr(error, "exit_code"):  # an error of this package names what, where and what to do
        return " ".join(str(error).split())
    file = getattr(sys.modules.get(module), "__file__", None)
    return failure(error, file and str(Path(file).resolve()))


def failure(error: BaseException, file: str | None = None) -> str:
    """Return an error of a user's code and where it happened, in one line.

    Parameters
    ----------
    error : BaseException
        The error raised by a user's code.
    file : str or None
        The user's file. Its innermost line in the traceback is named, or the innermost line of all
        if it has none.
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

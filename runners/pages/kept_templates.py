"""Compiled templates, kept for the next process: those of a run's page take 0.15 s to compile."""

from __future__ import annotations

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from ...feeds.kept_files import KeptFiles


class KeptTemplates(BytecodeCache):
    """jinja2's cache of one environment's templates; it checks that their text is unchanged.

    Parameters
    ----------
    files : KeptFiles
        Of the source of the environment, whose options are compiled into the templates.
    """

    def __init__(self, files: KeptFiles) -> None:
        self.files = files

    def load_bytecode(self, bucket: Bucket) -> None:
        """Read a compiled template where one is kept."""
        if (kept := self.files.read(bucket.key)) is not None:
            bucket.bytecode_from_string(kept)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a compiled template."""
        self.files.write(bucket.key, bucket.bytecode_to_string())

"""The look-ahead audit of a strategy."""

from .heard import Heard
from .look_ahead import CUTS, audit
from .verdict import Audit, Moved, with_audit

__all__ = ["CUTS", "Audit", "Heard", "Moved", "audit", "with_audit"]

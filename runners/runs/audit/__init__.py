"""The look-ahead audit of a strategy."""

from .look_ahead import CUTS, audit
from .verdict import Audit, Moved, with_audit

__all__ = ["CUTS", "Audit", "Moved", "audit", "with_audit"]

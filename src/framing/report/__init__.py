"""Figures, tables and one self-contained page."""

from framing.report.report import write_report

__all__ = ["write_report"]

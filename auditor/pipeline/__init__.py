"""The only place that wires the stages together: source and policy in, report and tables out."""

from auditor.pipeline.scan import Audit, audit

__all__ = ["Audit", "audit"]

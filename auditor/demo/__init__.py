"""A synthetic release to try the audit on: nobody's images, invented people, known leaks."""

from auditor.demo.dataset import write_demo
from auditor.demo.manifest import DemoManifest, Planted

__all__ = ["DemoManifest", "Planted", "write_demo"]

"""From text to what identifies in it. `detect` finds; the others judge short fields whole."""

from auditor.detectors.acquisition import is_acquisition_text
from auditor.detectors.base import Hit
from auditor.detectors.engine import detect
from auditor.detectors.names import person_name
from auditor.detectors.placeholders import is_placeholder, is_pseudonym

__all__ = ["Hit", "detect", "is_acquisition_text", "is_placeholder", "is_pseudonym", "person_name"]

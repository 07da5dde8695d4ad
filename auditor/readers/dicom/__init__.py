"""DICOM files: their structure, text, frames, layers and the bytes beside them."""

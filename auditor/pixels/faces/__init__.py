"""Faces: in photographs, and on heads rebuilt from volumes."""

"""The vault: found values, crops and rendered pictures, sealed under the run key."""

from auditor.evidence.vault import Entry, Vault, reveal

__all__ = ["Entry", "Vault", "reveal"]

"""The files that `auditor init` writes: a policy with every default spelt out, and a CI job each."""

"""What a user can ask for: one module a group of commands, registered in `auditor.cli`."""

"""`python -m auditor`: the command."""

from auditor.cli import main

if __name__ == "__main__":
    main()

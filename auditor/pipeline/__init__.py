"""The only place that wires the stages together: source and policy in, report and tables out."""

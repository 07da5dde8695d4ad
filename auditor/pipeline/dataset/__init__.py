"""What no value and no file can answer alone: judged over the whole dataset, or against another."""

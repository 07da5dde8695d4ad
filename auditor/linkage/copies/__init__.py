"""The same exposure again: identical pixels, near-duplicates, and an image that turned up elsewhere."""

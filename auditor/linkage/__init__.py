"""Linkage by image: portraits, features, the identification attack, scaling, duplicates, references.

Import from its modules: workers, who make portraits only, need not load what attacks with them.
"""

"""The nouns, as frozen dataclasses and enums. Standard library only."""

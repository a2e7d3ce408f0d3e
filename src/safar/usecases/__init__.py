"""The verbs. Keyword-only arguments; each owns its transaction."""

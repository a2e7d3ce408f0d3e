"""The only ORM code: one Django app, one models file a noun."""

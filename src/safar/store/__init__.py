"""The only ORM code: one Django app, one models file a noun.

Frozen dataclasses cross its boundary; rows of the ORM do not. The database stands in the workspace's folder
(`web.sqlite`); who forgets the folder forgets the accounts.
"""

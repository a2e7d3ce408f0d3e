"""The five papers' models and a company's own, as data files, and their reader."""

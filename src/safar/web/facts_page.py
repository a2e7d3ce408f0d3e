def facts_view(found, opened): return found

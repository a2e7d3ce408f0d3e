"""Pages: views, templates and static files."""

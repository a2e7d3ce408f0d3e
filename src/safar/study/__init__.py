"""The research thread: from a model to what is asked, and back from an answer to what it is about."""

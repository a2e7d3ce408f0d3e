"""One file a page: parse, call one verb, answer."""

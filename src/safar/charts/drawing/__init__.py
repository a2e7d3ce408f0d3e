"""Where the lines of a map go: the page and its files draw the same ones. Places only; words stand elsewhere."""

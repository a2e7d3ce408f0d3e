"""Path models by partial least squares: from rows of answers to tested claims (docs/methods/path-models.md).

Every step works on stacks: arrays whose first axis is a data set (the sample, then its resamples), so that a bootstrap
is one call. Estimation needs correlation matrices only.
"""

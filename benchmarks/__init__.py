"""Benchmarks: each figure in CPU-seconds and as a ratio to a peer or a physical bound of the same run.

Run all with `make bench`, one with `make bench ARGS="import --rows 1000000"`. Figures and plots go to
`benchmarks/out/`; nothing here is a timed unit test, for a busy machine must not fail a build.
"""

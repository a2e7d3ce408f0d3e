"""Where pages have their results counted: in this process, or in one that the server keeps beside it.

To put questions together costs the interpreter nearly a second for a map, and pages of the same interpreter would
wait for it. A server says by `count_with` who counts; without one (a test, a command) it is done here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")
Task = Callable[[], Any]
"""What is to be counted: a verb of `usecases` with all that it is asked with. It can be sent to another process."""


def _here(task: Task) -> Any:
    return task()


_counter: list[Callable[[Task], Any]] = [_here]


def count_with(counter: Callable[[Task], Any] | None) -> None:
    """From now on `counter` does what is to be counted, and tells the result or raises; None: this process does."""
    _counter[0] = _here if counter is None else counter


def counted(verb: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What the verb answers. Whoever asks waits for it, but not for the interpreter. Raises: what the verb raises."""
    return cast("T", _counter[0](partial(verb, *args, **kwargs)))

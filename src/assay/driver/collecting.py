"""Reviews without the garbage collector.

What a review makes of a file is hundreds of thousands of objects, and the collector would walk over
them again and again. None of them stand in circles that nobody else breaks (`Module.release`,
`ScopeTable.release`), so they go by counting references alone, and the collector can rest.

Invariant: after the context the collector is on if it was on before, and does not look at what was
made inside of it, not even when the process ends.

    with without_collector():
        for file in files: ...
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """Switches the collector off inside of the context."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()

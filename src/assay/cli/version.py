"""What `assay --version` says: the version, and whether the hot modules are compiled.

Nothing of the analysis is imported for it.

    assay 0.1.0 (compiled)
    assay 0.1.0 (interpreted: no C compiler)
"""

from __future__ import annotations

import os
from importlib.machinery import EXTENSION_SUFFIXES

from assay import __file__ as package
from assay import __version__


def is_compiled() -> bool:
    """Whether Python finds compiled modules beside the sources, as a wheel may hold them."""
    module = os.path.join(os.path.dirname(package), "lowering", "builder")
    return any(os.path.exists(module + suffix) for suffix in EXTENSION_SUFFIXES)


def build_kind() -> str:
    """ "compiled", or "interpreted" and why. The build hook writes down why (hatch_build.py)."""
    if is_compiled():
        return "compiled"
    try:
        with open(os.path.join(os.path.dirname(package), "build.txt"), encoding="utf-8") as stream:
            kind = stream.read().strip()
    except (OSError, ValueError):
        return "interpreted: source tree or editable install"
    return "interpreted: compiled for another Python" if kind == "compiled" else kind


def version_line() -> str:
    """The version as it is printed, without a line end."""
    return f"assay {__version__} ({build_kind()})"

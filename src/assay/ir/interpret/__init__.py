"""Runs IR under the host, to test the lowering against CPython. Never used on reviewed code.

Only tests and benchmarks import this package: they lower programs that they wrote themselves,
or the standard library, and compare what the IR does with what CPython does. The analysis of
reviewed code never executes anything.

Interpreted functions are ordinary callables: the host's own function objects whose body hands
its arguments to the interpreter, so binding, `inspect.signature`, closures, generators and
coroutines are the host's. An `except` of the program is run inside an `except` of the host, so
`sys.exc_info()`, a bare `raise` and `__context__` are the host's too.

    module = run_module(lower_module(ast.parse("def f(x): return x + 1"), "m"), "m")
    module.f(1)                                                       2

Known differences: frames (`sys._getframe`, stack levels of warnings, tracebacks) are those of
the interpreter; the recursion limit is reached about four times sooner.
"""

from __future__ import annotations

from types import ModuleType

from assay.ir.function import FunctionIR
from assay.ir.interpret.functions import run_module_body

__all__ = ["execute", "run_module"]


def run_module(function: FunctionIR, name: str) -> ModuleType:
    """Run a module's IR in a new module of that name; not entered into `sys.modules`.

    Raises what the module's body raises.
    """
    module = ModuleType(name)
    execute(function, module)
    return module


def execute(function: FunctionIR, module: ModuleType) -> None:
    """Run a module's IR in a module that is prepared already (`__file__`, `__package__`)."""
    run_module_body(function, module.__dict__)

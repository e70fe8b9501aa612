"""Functions of the course as Python that MicroPython runs, for what a page has to measure instead of to compare.

Only what they need is taken: their own source without docstrings and annotations, the functions and constants that it
names, and replacements of what MicroPython's standard library lacks.
"""

import ast
import inspect
from collections.abc import Callable, Iterator
from functools import partial, reduce
from types import FunctionType, ModuleType
from typing import Any

LACKING = """
class operator:
    def index(value):
        if not isinstance(value, int):
            raise TypeError
        return value

def mul(a, b):
    return a * b

def prod(values):
    result = 1
    for value in values:
        result *= value
    return result

def accumulate(values, function, initial):
    yield initial
    for value in values:
        initial = function(initial, value)
        yield initial

_zip = zip

def zip(*lists, strict=False):
    return _zip(*lists)
"""


def accepting(functions: dict[str, Callable[[Any], str | None]]) -> str:
    """Return Python that defines ``ACCEPTS``, a dict of functions.

    Parameters
    ----------
    functions : dict
        {id: partial(function, other function)}, both of a module.

    Examples
    --------
    >>> from functools import partial
    >>> from autograder.chapters import EXERCISES
    >>> network, *_ = EXERCISES["design"].behaviours
    >>> exec(accepting({"network": network.accepts}), space := {})
    >>> space["ACCEPTS"]["network"]([])
    'It needs 2 convolutions with a kernel larger than 1 and at least 2 filters; it has 0.'
    """
    needed: dict[str, Any] = {}
    entries = []
    for id, accepts in functions.items():
        assert isinstance(accepts, partial)
        for function in (accepts.func, *accepts.args):
            _need(function.__name__, function, needed)
        entries.append(f"{id!r}: lambda value: {accepts.func.__name__}({accepts.args[0].__name__}, value)")
    parts = [_text(name, value) for name, value in needed.items()]
    return "\n".join([LACKING, *parts, f"ACCEPTS = {{{', '.join(entries)}}}", ""])


def _need(name, value, needed):
    """Add a function or constant, after all that it needs itself."""
    if needed.setdefault(name, value) is not value:
        raise ValueError(f"two things are called {name}")
    if isinstance(value, FunctionType):
        for other, found in _named(value):
            if other not in needed:
                _need(other, found, needed)


def _named(function: FunctionType) -> Iterator[tuple[str, Any]]:
    """Yield names and values of what a function of the course uses of the course."""
    for node in ast.walk(_tree(function)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            module = function.__globals__.get(node.value.id)
            if _is_ours(module):
                yield node.attr, getattr(module, node.attr)
        if not isinstance(node, ast.Name):
            continue
        value = function.__globals__.get(node.id)
        if isinstance(value, (int, str, tuple)) or (isinstance(value, FunctionType) and _is_ours(value)):
            yield node.id, value


def _is_ours(value):
    """Tell whether something is a function or a module of the course."""
    name = value.__module__ if isinstance(value, FunctionType) else getattr(value, "__name__", "")
    return isinstance(value, (FunctionType, ModuleType)) and name.startswith("autograder.")


class _Plain(ast.NodeTransformer):
    """Drops docstrings, annotations and the module before a name of the course; (*a, b) becomes tuple(a) + (b,)."""

    def __init__(self, modules: set[str]) -> None:
        self.modules = modules

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.returns = None
        if ast.get_docstring(node):
            del node.body[0]
        return node

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_Tuple(self, node):
        return self._added(node, "tuple")

    def visit_List(self, node):
        return self._added(node, "list")

    def _added(self, node, kind):
        self.generic_visit(node)
        if not any(isinstance(part, ast.Starred) for part in node.elts):
            return node
        parts = [
            ast.Call(ast.Name(kind), [part.value], []) if isinstance(part, ast.Starred) else type(node)([part])
            for part in node.elts
        ]
        return reduce(lambda left, right: ast.BinOp(left, ast.Add(), right), parts)

    def visit_Attribute(self, node):
        self.generic_visit(node)
        inside = isinstance(node.value, ast.Name) and node.value.id in self.modules
        return ast.Name(node.attr) if inside else node


def _tree(function):
    return ast.parse(inspect.getsource(function))


def _text(name, value):
    if not isinstance(value, FunctionType):
        return f"{name} = {value!r}"
    modules = {key for key, found in value.__globals__.items() if isinstance(found, ModuleType) and _is_ours(found)}
    return ast.unparse(_Plain(modules).visit(_tree(value)))

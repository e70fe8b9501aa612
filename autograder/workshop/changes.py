"""Small changes of a solution, one at a time, found by a walk over its syntax tree.

A function below yields the changes of one kind that it can make to a node, and has the kind's name. Docstrings and the
texts of errors stay as they are, since no check looks at them.

An own walk, not a library: mutmut (3.8) and cosmic-ray (8.7) write changed files and run a test suite for each mutant,
where here a check is a call that takes a millisecond; neither changes slices, swaps arguments or leaves statements out.
"""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from types import CodeType

ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
TWINS = ({"min", "max"}, {"argmin", "argmax"}, {"sum", "mean"}, {"zeros", "ones"}, {"float", "int"})
NO_ORDER = {"min", "max"}  # the order of their arguments plays no part


@dataclass(frozen=True)
class Mutant:
    """A function with one small change.

    Attributes
    ----------
    kind : str
        Name of a function of ``KINDS``.
    line : str
        The changed statement as it reads now (the first line of a compound one), or "without" and what is gone.
    code : code object
        Run in the solution's namespace, it puts the mutant into the place of the function.
    """

    kind: str
    line: str
    code: CodeType


def mutants_of(source: str) -> list[Mutant]:
    """Return all mutants of the functions that a solution cell defines.

    Examples
    --------
    >>> for mutant in mutants_of("def left(n, k):\\n    return n - k"):
    ...     print(f"{mutant.kind:9} {mutant.line}")
    statement without return n - k
    operator  return n + k
    operator  return n * k
    operator  return n / k
    operator  return n // k
    operator  return n % k
    operand   return n
    operand   return k
    order     return k - n
    name      return k - k
    name      return n - n
    """
    return [mutant for tree in ast.parse(source).body if isinstance(tree, ast.FunctionDef) for mutant in _made(tree)]


def _made(function):
    names, found = _names(function), {}
    for holder, key, statement in _places(function, function):
        old = holder[key]
        for kind, new in [(change.__name__, new) for change in KINDS for new in change(old, names)]:
            holder[key] = ast.fix_missing_locations(new)
            line = f"without {_first_line(old)}" if isinstance(new, ast.Pass) else _first_line(statement, old, new)
            if (line, id(statement)) not in found and ast.dump(old) != ast.dump(new):
                code = compile(ast.fix_missing_locations(ast.Module([function], [])), "<mutant>", "exec")
                found[line, id(statement)] = Mutant(kind, line, code)
            holder[key] = old
    return found.values()


def _names(function):
    """Return the names that a function gives, in the order in which they come: kh beside kw, i beside j."""
    given = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    ]
    given.sort(key=lambda node: (node.lineno, node.col_offset))
    return list(dict.fromkeys(node.arg if isinstance(node, ast.arg) else node.id for node in given))


def _places(node, statement):
    """Yield (holder, key, statement) of each part of a node that may be changed: it is ``holder[key]``."""
    for field, value in ast.iter_fields(node):
        several = isinstance(value, list)
        for holder, key in [(value, i) for i in range(len(value))] if several else [(vars(node), field)]:
            part = holder[key]
            if isinstance(part, ast.AST) and not _is_docstring(part):
                inner = part if isinstance(part, ast.stmt) else statement
                yield holder, key, inner
                if not isinstance(part, (ast.Raise, ast.JoinedStr)):
                    yield from _places(part, inner)


def _is_docstring(node):
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _first_line(statement, old=None, new=None):
    return ast.unparse(new if statement is old and new else statement).partition("\n")[0]


def _with(node, **fields):
    """Return a shallow copy of a node with other fields."""
    changed = copy.copy(node)
    vars(changed).update(fields)
    return changed


def _each_left_out(items):
    return [[*items[:i], *items[i + 1 :]] for i in range(len(items))]


def _swapped(items):
    for i, j in combinations(range(len(items)), 2):
        new = list(items)
        new[i], new[j] = new[j], new[i]
        yield new


def operator(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with another operator; adding up becomes keeping the last."""
    if isinstance(node, (ast.BinOp, ast.AugAssign)):
        yield from (_with(node, op=op()) for op in ARITHMETIC if not isinstance(node.op, op))
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    if isinstance(node, ast.AugAssign):
        yield ast.Assign([_with(node.target, ctx=ast.Store())], node.value)


def operand(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with an operand left out."""
    if isinstance(node, ast.BinOp):
        yield from (node.left, node.right)
    elif isinstance(node, ast.UnaryOp):
        yield node.operand
    elif isinstance(node, ast.BoolOp):
        few = len(node.values) == 2
        yield from (left[0] if few else _with(node, values=left) for left in _each_left_out(node.values))


def comparison(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with another comparison."""
    if not isinstance(node, ast.Compare):
        return
    for i, old in enumerate(node.ops):
        others = COMPARISONS if isinstance(old, COMPARISONS) else ()
        yield from (_with(node, ops=[*node.ops[:i], op(), *node.ops[i + 1 :]]) for op in others)


def condition(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with the condition turned round, or settled."""
    if isinstance(node, (ast.If, ast.IfExp, ast.While)):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, (ast.If, ast.IfExp)):
        yield from (_with(node, test=ast.Constant(settled)) for settled in (True, False))


def constant(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield a number one off, the other truth value, another word."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, (int, float)):
        yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
    elif isinstance(node.value, str):
        yield ast.Constant(node.value + "?")


def slice(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with a bound left out or one off."""
    for field in ("lower", "upper", "step"):
        bound = getattr(node, field) if isinstance(node, ast.Slice) else None
        if bound:
            yield _with(node, **{field: None})
        if bound and not isinstance(bound, ast.Constant):  # a number becomes one off anyway
            yield from (_with(node, **{field: ast.BinOp(bound, op(), ast.Constant(1))}) for op in (ast.Add, ast.Sub))


def name(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield the name before or after it, a function that is mistaken for it, another error."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield from (_with(node, id=other) for other in _neighbours(node.id, names))
    elif isinstance(node, ast.Attribute):
        yield from (_with(node, attr=other) for other in _twins(node.attr))
    elif isinstance(node, ast.Raise):
        yield _with(node, exc=_with(node.exc, func=ast.Name("TypeError", ast.Load())))


def _neighbours(name, names):
    if name not in names:
        return _twins(name)
    at = names.index(name)
    return names[max(at - 1, 0) : at] + names[at + 1 : at + 2]


def _twins(name):
    return sorted({twin for twins in TWINS if name in twins for twin in twins} - {name})


def order(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it with two operands, arguments or parts of a tuple in each other's place."""
    if isinstance(node, ast.BinOp) and not isinstance(node.op, (ast.Add, ast.Mult)):
        yield _with(node, left=node.right, right=node.left)
    elif isinstance(node, ast.Call) and getattr(node.func, "id", None) not in NO_ORDER:
        yield from (_with(node, args=args) for args in _swapped(node.args))
    elif isinstance(node, (ast.Tuple, ast.List)) and not all(isinstance(part, ast.Constant) for part in node.elts):
        yield from (_with(node, elts=parts) for parts in _swapped(node.elts))


def argument(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield a call without one of its arguments, or its first argument or its object alone."""
    if isinstance(node, ast.Call):
        yield from (_with(node, args=args) for args in _each_left_out(node.args))
        yield from (_with(node, keywords=keywords) for keywords in _each_left_out(node.keywords))
        yield from node.args[:1]
        if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", None) != "np":
            yield node.func.value


def loop(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield it without the first or the last round."""
    if isinstance(node, (ast.For, ast.comprehension)):
        rounds = ast.Tuple([ast.Starred(node.iter, ast.Load())], ast.Load())
        for bound in ({"lower": ast.Constant(1)}, {"upper": ast.UnaryOp(ast.USub(), ast.Constant(1))}):
            yield _with(node, iter=ast.Subscript(rounds, ast.Slice(**bound), ast.Load()))


def statement(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """Yield nothing in its place."""
    if isinstance(node, ast.stmt) and not isinstance(node, ast.Raise):
        yield ast.Pass()


KINDS = (operator, operand, comparison, condition, constant, slice, name, order, argument, loop, statement)

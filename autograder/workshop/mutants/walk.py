"""Make mutants: copies of the reference with one small change each, found by a walk over its syntax tree.

A change is one of: another operator, an operand left out, another comparison, a condition turned round or settled, a
number one off, another word, a slice's bound or step left out or one off, arguments or parts of a tuple swapped or left
out, a function for its twin (min for max), a call left out, a loop that misses its first or last round or runs
backwards, a name for another of the same function, a statement left out, another error.

Left alone, by construction, is what no check looks at: texts of errors (what is inside ``raise``, what prepares a
``raise`` in the same block, f-strings, and the arguments listed in TEXTS), docstrings, and keywords of ``**named``
helpers, which only name an argument in an error.

An own walk, not a library: mutmut (3.8) and cosmic-ray (8.7) write changed files and run a test suite for each mutant,
where here a check is a call that takes a millisecond; neither changes slices, swaps arguments or leaves statements out.
"""

import ast
import copy
import inspect
import warnings
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from types import CodeType, FunctionType

MODULES = ("np", "operator", "arguments")
# For each function the positions of arguments that only stand in its errors.
TEXTS = {"fits": (0, 2), "_array": (1,), "_of_dimensions": (1,)}

BITWISE = (ast.BitAnd, ast.BitOr, ast.BitXor)
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
OPPOSITES = {ast.Is: ast.IsNot, ast.In: ast.NotIn, ast.Eq: ast.NotEq}
OPPOSITES |= {other: one for one, other in OPPOSITES.items()}
LETTERS = 3  # a word as short as this may be a choice of letters, as in: kind in "biu"
TWINS = (
    {"min", "max"},
    {"minimum", "maximum"},
    {"any", "all"},
    {"floor", "ceil"},
    {"sum", "mean", "prod"},
    {"zeros", "ones"},
    {"zeros_like", "ones_like"},
    {"int64", "int32", "uint8", "float64"},
    {"float64", "float32", "int64"},
)


@dataclass(frozen=True)
class Mutant:
    """One small change in a function, or in a constant, of the reference.

    Attributes
    ----------
    module, owner : str
        Where: a module of the reference and a function or constant in it.
    line : str
        The changed statement as it reads now (the first line of a compound one), or "without" and what is gone: a name
        that lasts as long as the statement does, wherever it stands.
    code : code object
        Run in the module's namespace, it puts the mutant into the place of the function or constant.
    """

    module: str
    owner: str
    line: str
    code: CodeType

    @property
    def place(self):
        return f"{self.module.split('.')[2]}.{self.owner}"  # the chapter, or "arguments"

    @property
    def id(self):
        return f"{self.place}: {self.line}"


def mutants(function):
    """Return all mutants of a function of the reference, of the helpers that it calls, and of their constants.

    Examples
    --------
    >>> from autograder import reference
    >>> [m.id for m in mutants(reference.same_padding) if m.line.startswith("output =")][:2]
    ['ch01_why_padding.same_padding: output = -n // s', 'ch01_why_padding.same_padding: output = -(-n + s)']
    """
    return [mutant for module, owner in reached(function) for mutant in _mutants(module, owner)]


def reached(function):
    """Return (module, name) of a function, of all helpers in the reference that it may call, and of their constants.

    Another graded function is no helper: its mutants are graded by its own exercise.
    """
    found, new = {}, [(inspect.getmodule(function), function.__name__)]
    while new:
        module, name = new.pop()
        if not found or (name not in getattr(module, "__all__", ()) and (module, name) not in found):
            found[module, name] = True
            new += _used(module, name)
    return list(found)


def _used(module, name):
    """Yield (module, name) of what a function or constant of the reference mentions."""
    for node in ast.walk(trees(module)[name]):
        if isinstance(node, ast.Name) and node.id in trees(module):
            yield module, node.id
        elif isinstance(node, ast.Name):
            yield from _home(vars(module).get(node.id))
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield from _home(getattr(vars(module).get(node.value.id), node.attr, None))


def _home(value):
    if isinstance(value, FunctionType) and value.__module__.startswith("autograder.chapters"):
        yield inspect.getmodule(value), value.__name__


@cache
def trees(module):
    """Return the syntax trees of a module's functions and constants by name."""
    found = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.FunctionDef):
            found[node.name] = node
        elif isinstance(node, ast.Assign) and node.targets[0].id.isupper():
            found[node.targets[0].id] = node
    return found


@cache
def _mutants(module, owner):
    tree = copy.deepcopy(trees(module)[owner])
    found = {}
    for holder, key, new, statement in changes(tree):
        old, holder[key] = holder[key], new
        code = _compiled(tree)
        line = f"without {_first_line(old)}" if isinstance(new, ast.Pass) else _first_line(_line_of(new, statement))
        holder[key] = old
        if code:
            found.setdefault((line, id(statement)), code)
    return [Mutant(module.__name__, owner, line, code) for line, code in _numbered(found)]


def _compiled(tree):
    """Return the code of a changed function or constant, or None if it is no Python."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            return compile(ast.fix_missing_locations(ast.Module([tree], [])), "<mutant>", "exec")
        except SyntaxError:
            return None


def _numbered(found):
    """Yield (line, code), with a number where the same line comes from several places of the function."""
    seen = {}
    for (line, _statement), code in found.items():
        seen[line] = seen.get(line, 0) + 1
        yield (f"{line} ({seen[line]})" if seen[line] > 1 else line), code


def _line_of(new, statement):
    return new if isinstance(new, ast.stmt) else statement


def _first_line(statement):
    if isinstance(statement, ast.Raise):
        return f"raise {ast.unparse(statement.exc.func)}(...)"
    return ast.unparse(statement).partition("\n")[0]


# Where there is something to change


def changes(function):
    """Yield (holder, key, new, statement): holder[key] is to become `new`, somewhere in the statement."""
    names = {node.arg for node in ast.walk(function) if isinstance(node, ast.arg)}
    names |= {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    places = _places(function, function)
    if isinstance(function, ast.FunctionDef) and ast.get_docstring(function):
        places = [place for place in places if place[2] is not function.body[0]]
    for holder, key, old, statement in _below(places):
        for new in _variants(old, names):
            if ast.dump(old) != ast.dump(new) and not _does_nothing(new, holder, statement):
                yield holder, key, new, statement


def _does_nothing(new, holder, statement):
    """Tell whether a statement that is a call would become a mere value, which is the same as leaving it out."""
    return isinstance(statement, ast.Expr) and holder is vars(statement) and not isinstance(new, (ast.Call, ast.Yield))


def _below(places):
    for place in places:
        _holder, _key, old, statement = place
        yield place
        if not isinstance(old, (ast.Raise, ast.JoinedStr)):
            yield from _below(_places(old, statement))


def _places(node, statement):
    """Return (holder, key, child, statement) for each child of a node that may be changed."""
    places = []
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):
            children = [(value, i, child) for i, child in enumerate(value)]
            prepares = children and isinstance(value[-1], ast.Raise)
            children = children[-1:] if prepares else children
        else:
            children = [(vars(node), field, value)]
        places += [place for place in children if isinstance(place[2], ast.AST) and not _is_ungraded(node, place[2])]
    whole = (ast.stmt, ast.Dict) if isinstance(node, ast.List) else ast.stmt  # of a list of dicts, one dict is a line
    return [(*place, place[2] if isinstance(place[2], whole) else statement) for place in places]


def _is_ungraded(node, child):
    return _is_text(node, child) or (isinstance(child, ast.keyword) and child.arg == "strict")


def _is_text(node, child):
    name = getattr(getattr(node, "func", None), "attr", getattr(getattr(node, "func", None), "id", None))
    return name in TEXTS and any(child is node.args[i] for i in TEXTS[name])


# What a node may become


def _variants(node, names):
    """Yield what to put in a node's place."""
    if isinstance(node, ast.stmt):
        yield from _statements(node)
    kind = type(node).__name__
    if kind in _BY_KIND:
        yield from _BY_KIND[kind](node)
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(name, ast.Load()) for name in sorted(names - {node.id}))


def _with(node, **fields):
    """Return a shallow copy of a node with other fields."""
    new = copy.copy(node)
    vars(new).update(fields)
    return new


def _statements(node):
    """Leave a statement out; of an ``if`` that, and that of the ``raise`` in it, is a settled condition."""
    if not isinstance(node, (ast.If, ast.Raise)):
        yield ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield from (_with(node, op=op()) for op in ARITHMETIC if not isinstance(node.op, op))
        yield ast.Assign([node.target], node.value)
    if isinstance(node, ast.Raise):
        yield _with(node, exc=_with(node.exc, func=ast.Name("TypeError", ast.Load())))


def _handler(node):
    yield _with(node, body=[ast.Pass()])


def _binary(node):
    others = ARITHMETIC + BITWISE if isinstance(node.op, BITWISE) else ARITHMETIC
    yield from (_with(node, op=op()) for op in others if not isinstance(node.op, op))
    yield from (node.left, node.right)
    if not isinstance(node.op, (ast.Add, ast.Mult, ast.BitAnd)):
        yield _with(node, left=node.right, right=node.left)


def _unary(node):
    yield node.operand


def _compare(node):
    words = any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in node.comparators)
    for i, old in enumerate(node.ops):
        others = [OPPOSITES[type(old)]] if words or type(old) not in COMPARISONS else COMPARISONS
        yield from (_with(node, ops=[*node.ops[:i], op(), *node.ops[i + 1 :]]) for op in others)


def _settled(node):
    """Turn a condition round, or settle it."""
    yield ast.UnaryOp(ast.Not(), node)
    yield from (ast.Constant(True), ast.Constant(False))


def _condition(node):
    yield from (_with(node, test=test) for test in _settled(node.test))


def _boolean(node):
    yield _with(node, op=ast.And() if isinstance(node.op, ast.Or) else ast.Or())
    yield from (_with(node, values=values) for values in _without_one(node.values) if len(values) > 1)
    yield from node.values


def _constant(node):
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        others = [value + 1, value - 1] if isinstance(value, int) else [value + 1, value / 2, -value]
        yield from (ast.Constant(other) for other in others)
    elif isinstance(value, str):
        yield ast.Constant(value + "?")
        yield from (ast.Constant(value.replace(letter, "")) for letter in value if len(value) <= LETTERS)
    elif value is None:
        yield ast.Constant(0)


def _slice(node):
    for field in ("lower", "upper", "step"):
        bound = getattr(node, field)
        if bound is None:
            yield _with(node, **{field: ast.Constant({"lower": 1, "upper": -1, "step": 2}[field])})
        else:
            yield _with(node, **{field: None})
            yield from (_with(node, **{field: one_off}) for one_off in _one_off(bound))


def _one_off(node):
    yield from (ast.BinOp(node, op(), ast.Constant(1)) for op in (ast.Add, ast.Sub))


def _subscript(node):
    if isinstance(node.ctx, ast.Load):
        yield node.value


def _without_one(items):
    return [[*items[:i], *items[i + 1 :]] for i in range(len(items))]


def _swapped(items):
    for i, j in combinations(range(len(items)), 2):
        new = list(items)
        new[i], new[j] = new[j], new[i]
        yield new


def _sequence(node):
    others = _without_one(node.elts) + ([] if _has_no_order(node) else list(_swapped(node.elts)))
    yield from (_with(node, elts=elts) for elts in others)


def _has_no_order(node):
    """Tell whether a tuple only says what is allowed: words, or types."""
    return all(isinstance(e, ast.Constant) and isinstance(e.value, str) for e in node.elts) or (
        {getattr(e, "id", None) for e in node.elts} == {"tuple", "list"}
    )


def _call(node):
    args = [arg for arg in node.args if not _is_text(node, arg)]
    for new in [*_swapped(args), *_without_one(args)]:
        yield _with(node, args=_put_back(node, args, new))
    if not _names_an_argument(node):
        keywords = [keyword for keyword in node.keywords if keyword.arg != "strict"]
        yield from (_with(node, keywords=keywords) for keywords in _without_one(keywords))
    yield from args[:1]
    if isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", None) not in MODULES:
        yield node.func.value


def _put_back(node, args, new):
    """Return a call's arguments with others in the places of `args`, and its texts where they were."""
    new = iter(new)
    return [arg for old in node.args if (arg := next(new, None) if old in args else old) is not None]


def _names_an_argument(node):
    return isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", None) == "arguments"


def _attribute(node):
    yield from (_with(node, attr=attr) for attr in _twins(node.attr))


def _name(node):
    yield from (_with(node, id=id) for id in _twins(node.id))


def _twins(name):
    return sorted({twin for twins in TWINS if name in twins for twin in twins} - {name})


def _loop(node):
    """Miss the first or the last round, or go backwards."""
    rounds = ast.Tuple([ast.Starred(node.iter, ast.Load())], ast.Load())
    for bounds in ({"lower": ast.Constant(1)}, {"upper": ast.Constant(-1)}, {"step": ast.Constant(-1)}):
        yield _with(node, iter=ast.Subscript(rounds, ast.Slice(**bounds), ast.Load()))


_BY_KIND = {
    "BinOp": _binary,
    "UnaryOp": _unary,
    "Compare": _compare,
    "If": _condition,
    "IfExp": _condition,
    "BoolOp": _boolean,
    "Constant": _constant,
    "Slice": _slice,
    "Subscript": _subscript,
    "Tuple": _sequence,
    "List": _sequence,
    "Call": _call,
    "Attribute": _attribute,
    "Name": _name,
    "For": _loop,
    "comprehension": _loop,
    "ExceptHandler": _handler,
}

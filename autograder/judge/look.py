"""What in a submission an instructor should look at: a hint beside the points, which it never changes.

The watch on forbidden functions runs in the student's own process, so a student who fights it can win. The ways to do
so have hardly an honest use in this course, so they are searched for here: outside of the sandbox, in the text alone.
Code is neither run nor parsed (see `tokens`), and the time grows with its length.
"""

import re
import unicodedata
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import accumulate, chain

from autograder.chapters import EXERCISES
from autograder.judge import restore
from autograder.judge.marks import MarkRecord
from autograder.judge.restore import SubmittedCell
from autograder.judge.tokens import Token, split

PROCESS = "reads or changes the interpreter or what watches the call"
BESIDE = "starts something that runs beside the function"
TEXT = "runs text as code"
HIDDEN = "puts a name together out of pieces"
NUMPY = "uses or changes the inside of NumPy"
TABLE = "holds a long table of values"
FEW = "gets full points with very little code"

LONG = 300  # values of a literal; the narrative notebooks have 64 at most
LONG_TEXT = 200  # characters without a space; 10 times as many with spaces
SHARE = 0.5  # of FEWEST: with less code than that, full points are worth a look
WORDS = 3  # shown of each reason
MAX_DEPTH = 3  # of texts in texts

# Modules, and what is harmless in them
_USED = {
    "sys": (PROCESS, "argv byteorder executable exit float_info getrecursionlimit getsizeof maxsize path platform "
            "stderr stdin stdout setrecursionlimit version version_info"),
    "inspect": (PROCESS, "signature getdoc"),
    "gc": (PROCESS, "collect"),
    "resource": (PROCESS, "getrusage RUSAGE_SELF"),
    "types": (PROCESS, "SimpleNamespace MappingProxyType"),
    "IPython": (PROCESS, "display get_ipython"),
    "autograder": (PROCESS, "check garments hint"),
    "os": (BESIDE, "cpu_count environ getcwd getenv linesep listdir makedirs name path sep"),
}  # fmt: skip
_IMPORTED = {  # modules of which the import alone is worth a look
    PROCESS: "inside builtins ctypes __main__ cProfile profile bdb pdb trace mmap fcntl dis",
    BESIDE: "threading _thread multiprocessing subprocess concurrent asyncio signal atexit sched socket pty select "
    "selectors",
    TEXT: "importlib imp runpy code codeop pickle marshal dill cloudpickle shelve",
    HIDDEN: "base64 binascii codecs zlib",
}
MODULES = _USED | {name: (reason, "") for reason, names in _IMPORTED.items() for name in names.split()}
_HELD = {"sys", "os", "builtins", "ctypes", "inspect", "importlib", "subprocess", "threading"}  # by other modules
NAMES = {
    PROCESS: "_getframe _current_frames settrace gettrace setprofile getprofile f_back f_locals f_globals f_builtins "
    "f_code tb_frame gi_frame cr_frame ag_frame get_objects get_referrers get_referents __builtins__ __subclasses__ "
    "__globals__ __wrapped__ __code__ __closure__ __bases__ __base__ __mro__ __getattribute__ __reduce__ __reduce_ex__ "
    "__loader__ __spec__ __self__ __func__ CodeType FunctionType co_names co_code pythonapi",
    BESIDE: "start_new_thread",
    TEXT: "__import__ allow_pickle",
    HIDDEN: "fromhex unhexlify b64decode b32decode b85decode a85decode",
}
_OF_NAME = {name: reason for reason, names in NAMES.items() for name in names.split()}
_SPELT = {*_OF_NAME, "exec", "eval", "compile"} | {name for exercise in EXERCISES.values() for name in exercise.watch}
# Of the shortest right solution of each function, among our own and the many styles of the tests
FEWEST = {
    "pad2d": 92, "pad2d_mode": 188, "window_counts": 188, "conv2d_valid": 100, "same_padding": 67, "output_size": 106,
    "conv2d_strided": 149, "conv2d": 313, "unread": 66, "pool2d": 381, "global_pool": 55, "max_pool_backward": 240,
    "translate": 42, "consistency": 35, "blur_pool2d": 113, "pool_shift_error": 184, "conv_params": 67,
    "conv_macs": 169, "activation_bytes": 47, "receptive_field": 48, "summarize": 329, "training_bytes": 410,
    "design": 62, "mosaic": 87, "dilate_kernel": 64, "conv2d_dilated": 117, "upsample2d": 38, "conv2d_transpose": 103,
    "unet_shapes": 103, "forward": 311, "conv2d_backward": 401,
}  # fmt: skip
_NP = r"(?<!\. )(?:np|numpy)"
_RULES = [(reason, re.compile(pattern)) for reason, pattern in (  # for tokens with one space before each
    (TEXT, r" (?<!\. )(?<!def )(exec|eval|compile)(?!\S)"),
    (PROCESS, r" (?<!self )\. (__dict__)(?!\S)"),
    (PROCESS, r" (?<!str \( )(get_ipython) \( \)(?! \. run_line_magic \( 'matplotlib')(?= \.)"),
    (PROCESS, r"= (get_ipython)(?!\S)"),
    (PROCESS, r"'(/proc|/runtime|/dev/fd)\S*'"),
    (HIDDEN, r" (globals|locals|vars) \( \) \["),
    (HIDDEN, r" \. (decode) \("),
    (HIDDEN, r" join \( (?:\S+ ){0,6}?(chr)(?!\S)"),
    (NUMPY, " " + _NP + r" (?:\. \w+ )*\. (_(?!_)\w+|core)(?!\S)"),
    (NUMPY, r" (?<!, )" + _NP + r" (?:\. \w+ )*\. (\w+) =(?= )"),
    (NUMPY, r" (setattr|delattr|vars) \( (?:np|numpy) [,)]"),
    (HIDDEN, r" (getattr) \( (?:np|numpy)(?: \. \w+)* ,(?= (?!'[^' ]*' [,)])(?!\w+ [,)]))"),
    (HIDDEN, rf"(?:getattr \( \S+ (?:\. \w+ )*,|(?:attrgetter|methodcaller) \() '({'|'.join(sorted(_SPELT))})'"),
)]  # fmt: skip


def of_submission(content: bytes, released: Mapping[str, str], checks: Iterable[MarkRecord] = ()) -> list[str]:
    """Return what an instructor should look at in a submitted notebook; nothing if it is none, or too long to grade.

    Parameters
    ----------
    content : bytes
    released : {name: source}
        See `look`.
    checks : iterable of MarkRecord
        What the judge recorded of each check, if it is graded.
    """
    try:
        cells = restore.parse(content)
    except restore.Unreadable:
        return []
    if sum(len(source) for _kind, source, _name in cells) > restore.MAX_SOURCE:
        return []
    full = {check["name"] for check in checks if check["score"] >= check["max_score"]}
    return look(cells, released, full)


def look(cells: Sequence[SubmittedCell], released: Mapping[str, str], full: Collection[str] = ()) -> list[str]:
    """Return what an instructor should look at in a notebook, in words; each reason once.

    Parameters
    ----------
    cells : sequence of SubmittedCell
        See `restore.parse`.
    released : {name: source}
        The assignment's own cells: what is in them was not written by the student.
    full : collection of str
        Functions that got full points.

    Examples
    --------
    >>> look([("code", "import gc\\nx = gc.get_objects()", None)], {})
    ['reads or changes the interpreter or what watches the call (gc.get_objects: cell 1, line 2)']
    """
    untouched = set(released.values())
    given = {line.strip() for source in untouched for line in source.split("\n")}
    code = [  # Python takes a lone carriage return for the end of a line, and so of a comment
        (i, re.sub("\r\n?", "\n", source), name)
        for i, (kind, source, name) in enumerate(cells, start=1)
        if kind == "code"
    ]
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for i, source, name in code:
        if source in untouched:
            continue
        lines, cell = source.split("\n"), name if name in released else f"cell {i}"
        findings = {finding for text in _readings(source) for finding in _findings(text)}
        for reason, word, line in sorted(findings, key=lambda finding: (finding[2], -len(finding[1]), finding)):
            words, own = found[reason], lines[min(line, len(lines)) - 1].strip() not in given
            if own and len(words) <= WORDS and not any(known.endswith(word) for known in words):
                words[word] = f"{ascii(word[:40])[1:-1]}: {cell}, line {line}"
    defined = _definitions(source for _i, source, _name in code) if full else {}
    found[FEW] = {name: name for name in sorted(full) if 0 < _reached(name, defined) < SHARE * FEWEST.get(name, 0)}
    listed = {reason: [*words.values()] for reason, words in found.items() if words}
    return [
        f"{reason} ({'; '.join(words[:WORDS])}{'; and more' if len(words) > WORDS else ''})"
        for reason, words in listed.items()
    ]


def _readings(source):
    """Return the ways to read a cell: a line that begins with % is a magic, or goes on with the sum above it.

    What IPython takes as a whole line may hold half a text for the rest, so that a call could hide in between.
    """
    return {source, _MAGIC.sub(r"\1 ", source), _WHOLE_LINE.sub("", source)}


_MAGIC = re.compile(r"(^|= *+)[%!]++", re.MULTILINE)
_WHOLE_LINE = re.compile(r"^[ \t]*+(?:[%!?,;/]|[\w., \t]++=[ \t]*+[%!]).*|^.*\?[ \t]*$", re.MULTILINE)


def _findings(source, depth=0):
    """Yield (reason, word, line number) of code, also of that in f-strings and in texts that import something."""
    tokens = _joined(split(source))
    yield from _of_modules(tokens)
    yield from _of_tables(tokens)
    for kind, token, line in tokens:
        if kind == "name" and token in _OF_NAME:
            yield _OF_NAME[token], token, line
        elif (kind == "made" and token in _SPELT) or (kind == "text" and token[::-1] in _SPELT):
            yield HIDDEN, token, line
    words = [_as_word(kind, token) for kind, token, _line in tokens]
    starts, text = [*accumulate((len(word) + 1 for word in words), initial=1)], " " + " ".join(words)
    for reason, rule in _RULES:
        for match in rule.finditer(text):
            yield reason, match[1], tokens[bisect_right(starts, match.start(1)) - 1][2]
    for inner, first in _within(source) if depth < MAX_DEPTH else ():
        yield from ((reason, word, first + line - 1) for reason, word, line in _findings(inner, depth + 1))


def _as_word(kind, token):
    if kind in ("text", "made"):
        return "'" + re.sub(r"[\s']", "_", token[:40]) + "'"
    return "\n" if kind == "line" else token


def _within(source):
    """Yield (code, line number) of what stands in texts and is run, or may be."""
    for kind, token, line in split(source):
        if kind == "text":
            _kind, inner = _read(token)
            if _start(token)["f"]:
                yield inner[inner.find("{") + 1 : inner.rfind("}")].replace("#", " "), line
            elif _IMPORTS.search(inner):
                yield inner, line


_IMPORTS = re.compile(r"(?:^|[;:])[ \t]*+(?:import|from)\s", re.MULTILINE)


def _joined(tokens):
    """Return the tokens, texts as what is in them; what was put together or written in escapes is of kind "made".

    Docstrings are left out, and so are the ends of lines within brackets that are ever closed.
    """
    joined, depth, fresh = [("line", "\n", 1)], 0, True
    for kind, token, line in tokens:
        if kind == "skip":
            continue
        if fresh and depth and token in _BEGIN:
            depth = 0
            joined.append(("line", "\n", line))
        fresh, before = kind == "line", joined[-1]
        if (fresh and depth) or (kind == "text" and before[0] == "line"):
            continue
        if kind == "name":
            token = unicodedata.normalize("NFKC", token)  # as Python does
        elif kind == "sign":
            depth = max(depth + (token in "([{") - (token in ")]}"), 0)
        elif kind == "text":
            kind, token = _read(token)
            plus = before[1] == "+" and len(joined) > 1
            whole = joined[-2] if plus else before
            if whole[0] in ("text", "made"):
                del joined[-2 if plus else -1 :]
                kind, token, line = "made", whole[1] + token, whole[2]
        joined.append((kind, token, line))
    return joined


# They begin a statement, so no bracket is open.
_BEGIN = {"import", "from", "def", "class", "return", "try", "while", "with", "raise"}
_START = re.compile(r"""(?P<f>[rR]?[fF][rR]?)?[rRbBuU]*(?P<quote>\"""|\'\'\'|"|')""")
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|N\{([\w -]{1,80})\}|\n)")


def _start(token):
    """Return the match of a text's prefix and opening quote, which each has."""
    found = _START.match(token)
    assert found
    return found


def _read(token):
    """Return (kind, what is in a text): "made" if it is written in escapes."""
    start = _start(token)
    inner = token[start.end() :].removesuffix(start["quote"])
    value = _ESCAPE.sub(_unescaped, inner)
    return "text" if value == inner else "made", value


def _unescaped(found):
    *codes, octal, name = found.groups()
    number = next((int(code, 16) for code in codes if code), int(octal, 8) if octal else 0)
    try:
        return unicodedata.lookup(name) if name else chr(number) if number else ""
    except (KeyError, ValueError, OverflowError):
        return ""


def _of_modules(tokens):
    """Yield what is imported from modules, and used of them, that is not harmless."""
    modules: dict[str | None, str] = {}
    for statement in _statements(tokens):
        words = [token for _kind, token, _line in statement]
        if "import" not in words:
            yield from _used(statement, words, modules)
            continue
        for module, name, known_as in _imported(words):
            modules[known_as] = module
            reason, harmless = MODULES.get(module, ("", ""))
            if reason and (name not in harmless.split() if name else not harmless):
                yield reason, f"{module}.{name}".strip("."), statement[words.index("import")][2]


def _used(statement, words, modules):
    for i, (kind, token, line) in enumerate(statement):
        held = i > 0 and words[i - 1] == "."
        module = modules.get(token, "") if not held else bare if (bare := token.lstrip("_")) in _HELD else ""
        reason, harmless = MODULES.get(module, ("", ""))
        name = words[i + 2] if words[i + 1 : i + 2] == ["."] and len(words) > i + 2 else ""
        asked = name == "modules" and words[i - 1] == "in"  # "google.colab" in sys.modules
        if kind == "name" and reason and (held or harmless) and name not in harmless.split() and not asked:
            yield reason, f"{module}.{name}".strip("."), line


def _statements(tokens):
    statement: list[Token] = []
    for kind, token, line in [*tokens, ("line", "", 0)]:
        if kind == "line" or token == ";":
            yield statement
            statement = []
        else:
            statement.append((kind, token, line))


def _imported(words):
    """Return [(module, name in it or "", what it is known as here)] of an import statement."""
    at = words.index("import")
    parts = [part.split() for part in " ".join(words[at + 1 :]).replace("(", "").replace(")", "").split(",")]
    parts = [part for part in parts if part]
    if "from" in words[:at]:
        path = words[words.index("from") + 1 : at]
        return [(path[0], path[2] if len(path) > 2 else part[0], None) for part in parts if path]
    return [(part[0], part[2] if part[1:2] == ["."] else "", part[-1] if "as" in part else part[0]) for part in parts]


def _of_tables(tokens):
    """Yield literals with very many values, and very long texts."""
    count, start = 0, 1
    for kind, token, line in [*tokens, ("name", "", 0)]:
        if kind in ("text", "made") and (len(token) > 10 * LONG_TEXT or re.fullmatch(rf"\S{{{LONG_TEXT},}}", token)):
            yield TABLE, "a text", line
        if kind == "number":
            start = start if count else line
            count += 1
        elif not (kind in ("text", "made", "line") or token in _OF_TABLES):
            if count >= LONG:
                yield TABLE, f"{count} numbers", start
            count = 0


_OF_TABLES = {*"()[]{},:+-.", "True", "False", "None"}


def tokens_of(name: str, sources: Iterable[str]) -> int:
    """Return how many tokens a function has, with all functions, classes and values of these sources that it uses.

    Examples
    --------
    >>> tokens_of("f", ["def f(x):\\n    return g(x) + 1", "def g(x):\\n    return x", "y = 0"])
    21
    """
    return _reached(name, _definitions(sources))


def _definitions(sources):
    """Return {name: (tokens, names used)} of what is defined at the beginning of a line."""
    found: dict[str, tuple[int, set[str]]] = {}
    for block in chain.from_iterable(map(_blocks, sources)):
        words = [token for kind, token, _line in block if kind != "line"]
        if words[:1] in (["def"], ["class"]) or words[1:2] == ["="]:
            defined = words[0] if words[1:2] == ["="] else "".join(words[1:2])
            size, used = found.get(defined, (0, set()))
            found[defined] = size + len(words), used | {token for kind, token, _line in block if kind == "name"}
    return found


def _reached(name, definitions):
    """Return the tokens of a definition and of all that it uses."""
    reached, waiting = set(), {name} & definitions.keys()
    while waiting:
        reached |= waiting
        waiting = set().union(*(definitions[one][1] for one in waiting)) & definitions.keys() - reached
    return sum(definitions[one][0] for one in reached)


def _blocks(source):
    """Yield the tokens of each statement that is not indented, with what stands indented below it."""
    block: list[Token] = []
    depth, fresh = 0, True
    for kind, token, line in split(source):
        if fresh and not depth and kind not in ("skip", "line"):
            yield block
            block = []
        fresh = kind == "line"
        if kind == "sign":
            depth = max(depth + (token in "([{") - (token in ")]}"), 0)
        if kind != "skip":
            block.append((kind, token, line))
    yield block

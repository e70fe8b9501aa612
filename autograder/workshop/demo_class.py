"""The demo's class: who hands in what. Right, mistaken, unfinished, broken and hostile submissions for chapter 1."""

from dataclasses import dataclass, field

from autograder.term_numbers import asked

ASSIGNMENT = "01_why_padding"


@dataclass(frozen=True)
class Student:
    """One made-up student.

    Attributes
    ----------
    id, story : str
    answers : dict
        Cell name to source, instead of the instructor's solution.
    file_name : str
        What the notebook is called.
    change : str or None
        Name of a change to the finished notebook, see `autograder.workshop.demo`.
    """

    id: str
    story: str
    answers: dict[str, str] = field(default_factory=dict)
    file_name: str = f"{ASSIGNMENT}.ipynb"
    change: str | None = None


_CORNERS_TWICE, *_ = asked(ASSIGNMENT)["underread_pixels"].wrong
_VECTORISED = {
    "conv2d_valid": """
def conv2d_valid(image, kernel):
    (H, W), (kh, kw) = image.shape, kernel.shape
    if kh > H or kw > W:
        raise ValueError("the kernel does not fit")
    out = np.zeros((H - kh + 1, W - kw + 1))
    for a in range(kh):
        for b in range(kw):
            out += image[a : a + out.shape[0], b : b + out.shape[1]].astype(float) * kernel[a, b]
    return out
""",
    "same_padding": """
import math

def same_padding(n, k, stride=1):
    if n < 1 or k < 1 or stride < 1:
        raise ValueError("at least 1")
    missing = (math.ceil(n / stride) - 1) * stride + k - n
    return (0, 0) if missing <= 0 else (missing // 2, math.ceil(missing / 2))
""",
}
_REFLECT_AS_EDGE = {
    "pad2d_mode": """
def pad2d_mode(image, padding, mode):
    if padding < 0 or mode not in ("constant", "edge", "reflect", "wrap"):
        raise ValueError(mode)
    H, W = image.shape
    rows, columns = np.arange(-padding, H + padding), np.arange(-padding, W + padding)
    if mode == "constant":
        out = np.zeros((len(rows), len(columns)))
        out[padding : padding + H, padding : padding + W] = image
        return out
    if mode in ("edge", "reflect"):
        rows = np.where(rows < 0, -rows, rows)
        rows = np.where(rows > H - 1, 2 * (H - 1) - rows, rows)
        columns = np.where(columns < 0, -columns, columns)
        columns = np.where(columns > W - 1, 2 * (W - 1) - columns, columns)
    return image[rows % H][:, columns % W]
"""
}
_FLIPPED = {
    "conv2d_valid": """
def conv2d_valid(image, kernel):
    kernel = np.flip(kernel).astype(float)
    (H, W), (kh, kw) = image.shape, kernel.shape
    return np.array([[np.sum(image[i : i + kh, j : j + kw] * (1.0 * kernel)) for j in range(W - kw + 1)] for i in range(H - kh + 1)])
""",
    "same_padding": """
def same_padding(n, k, stride=1):
    if min(n, k, stride) < 1:
        raise ValueError
    total = max((-(-n // stride) - 1) * stride + k - n, 0)
    return total - total // 2, total // 2
""",
    "underread_pixels": f"underread_pixels = {_CORNERS_TWICE}",
}
_CONSTANT = {
    "pad2d": "def pad2d(image, padding, value=0.0):\n    return np.zeros((4, 5))",
    "pad2d_mode": "def pad2d_mode(image, padding, mode):\n    return np.zeros((4, 5))",
    "window_counts": "def window_counts(shape, kernel_size, stride=1, padding=0):\n    return np.ones(shape, dtype=int)",
    "conv2d_valid": "def conv2d_valid(image, kernel):\n    raise ValueError('always')",
    "same_padding": "def same_padding(n, k, stride=1):\n    return (1, 1)",
    "underread_pixels": "underread_pixels = 9",
    "layers_that_fit": "layers_that_fit = 1",
}
_READER = """
import os

found = [os.getcwd(), dict(os.environ)]
try:
    from autograder import reference
    pad2d = reference.pad2d
except Exception as error:
    found.append(repr(error))
for place in ("/", "/home", "/root", "/tmp", "/runtime", "/runtime/packages", "/work", "/srv", "/proc/1/cwd", "/proc/1/root"):
    try:
        found.append((place, os.listdir(place)))
    except OSError as error:
        found.append((place, error.strerror))
print(found)
"""
_FORGER = """
class Marks(int):
    def __repr__(self):
        return "18"
def pad2d(*args, **kwargs):
    return Marks(18)
from IPython.display import display, HTML
display(HTML("<script>document.title = 'forged'</script><b>18 of 18 points</b>"))
check = lambda *args, **kwargs: Marks(18)
Marks(18)
"""
_LOOPS = {
    "window_counts": "import time\n\n\ndef window_counts(shape, kernel_size, stride=1, padding=0):\n    while True:\n        time.sleep(1)",
}
_FORKS = "import os, time\n\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        time.sleep(1)"
_SCRIPT = (
    "<script>alert('live')</script><img src='x' onerror='alert(1)'> **Border pixels** are covered by 4 or 6 windows."
)
_ALLOCATES = "import numpy as np\n\nbig = np.ones(11 * 2**27)  # 11 GB"

CLASS = (
    Student("ada", "right, as the solution"),
    Student("bela", "right, in another style", _VECTORISED),
    Student("chen", "reflects where the edge is to be repeated", _REFLECT_AS_EDGE),
    Student("dora", "flips the kernel, puts the odd cell before", _FLIPPED),
    Student("emil", "calls np.pad", {"pad2d": "def pad2d(image, padding, value=0.0):\n    return np.pad(image, padding, constant_values=value)"}),
    Student("fay", "returns constants", _CONSTANT),
    Student("gus", "stopped half-way", change="unfinished"),
    Student("hana", "an endless loop in a function", _LOOPS),
    Student("ivo", "kills the kernel", {"pad2d": "import os\n\nos.kill(os.getpid(), 9)"}),
    Student("jo", "allocates 11 GB", {"pad2d": _ALLOCATES}),
    Student("kim", "forks without end", {"pad2d": _FORKS}),
    Student("lars", "looks for the answers", {"pad2d": _READER}),
    Student("mia", "forges points", {"pad2d": _FORGER}, change="forged"),
    Student("nils", "hands in a script as the written answer", {"words": _SCRIPT}),
    Student("olga", "deleted a test cell and an answer", change="deleted"),
    Student("pia", "has a test cell and an answer twice", change="doubled"),
    Student("quinn", "an empty file", change="empty"),
    Student("rosa", "a file cut off half-way", change="cut off"),
    Student("sam", "no JSON", change="no JSON"),
    Student("tom", "another file name", file_name="homework.ipynb"),
    Student("uma", "an empty folder", change="missing"),
    Student("vera", "a link to the gradebook", change="link"),
)  # fmt: skip

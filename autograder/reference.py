"""What is right: a vectorised NumPy implementation of every graded function, under the name students use."""

from autograder import chapters

__all__ = []

for _module in chapters.modules("reference").values():
    __all__ += _module.__all__
    globals().update({name: getattr(_module, name) for name in _module.__all__})

"""Judging untrusted code: the sandbox, the judge that stays outside, and its place in nbgrader."""

import sys

# An optional part of jsonschema. Making its parser takes a third of the start of each command, and nothing uses it.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # so Python spells that there is none

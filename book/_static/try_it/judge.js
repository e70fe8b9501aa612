/* Compares what an answer did with what is right, and names the mistake that explains it. The rules are those of
   autograder/check/compare.py and grade.py, on lists instead of arrays; the tests hold the two side by side.

   An outcome is {value, changed, aliased} or {error, message, line}; a value is a number, nested lists of numbers
   ("inf", "-inf" and "nan" where JSON has no number), null for None, or {type: "str"} for anything else. */
"use strict";

(() => {
  const NOT_THERE = ["not_written", "undefined"];

  /* From here to `compareLists`: the first difference that counts, or null. */

  function difference(outcome, expected, behaviour, tolerance) {
    const found = compareErrors(outcome, expected);
    if (found !== undefined) return found;
    const differs = compareValues(outcome.value, expected.value, expected.exact, tolerance);
    return differs || (behaviour.untouched ? touched(outcome) : null);
  }

  function compareErrors(outcome, expected) {
    const { error, message = "" } = outcome;
    if (error === "NotImplementedError") return { kind: "not_written", text: "It is not written yet." };
    if (error === "Undefined") return { kind: "undefined", text: message };
    if (error === "Limit") return { kind: "raised", text: message };
    if (!error && outcome.value === null) return returnsNone(expected);
    if (!expected.error && !error) return undefined;
    if (!expected.error) return { kind: "raised", text: `It raises ${error}${message && ": "}${message}` };
    if (!error) return { kind: "not_refused", text: "It returns a value where it must raise ValueError." };
    if (error === expected.error) return null;
    return { kind: "wrong_error", text: `It raises ${error} where it must raise ${expected.error}.` };
  }

  function returnsNone(expected) {
    const text = expected.error
      ? "It returns None where it must raise ValueError."
      : "It returns None: it is not written yet, or a `return` is missing.";
    return { kind: "not_written", text };
  }

  function touched(outcome) {
    if (outcome.changed) return { kind: "changed", text: "It changes what it was given: work on a copy." };
    const text = "It returns the list it was given, or shares rows with it, not a new one.";
    return outcome.aliased ? { kind: "aliased", text } : null;
  }

  function compareValues(got, want, exact, tolerance) {
    const list = Array.isArray(want);
    const wrong = list ? notAList(got) : notANumber(got);
    if (wrong) return { kind: "type", text: `It returns ${wrong}.` };
    return compareLists(list ? got : [got], list ? want : [want], exact, tolerance, !list);
  }

  const WORDS = { str: "text", NoneType: "None" };
  const named = (type) => WORDS[type] || `a ${type}`;

  function describe(value) {
    if (value === null) return "None";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (typeof value === "boolean") return "a bool";
    return typeof value === "object" ? named(value.type) : "a number";
  }

  const isNumber = (value) => typeof value === "number" || typeof value === "string";
  const notANumber = (value) => (isNumber(value) ? null : `${describe(value)}, not a number`);

  function notAList(value) {
    if (!Array.isArray(value)) return `${describe(value)}, not a list of rows`;
    const stranger = value.flat(Infinity).find((part) => !isNumber(part) && typeof part !== "boolean");
    if (stranger !== undefined) return `a list that holds ${describe(stranger)} where a number belongs`;
    return shapeOf(value) ? null : ragged(value);
  }

  function ragged(value) {
    const lengths = value.map((row) => (Array.isArray(row) ? row.length : "no list"));
    return new Set(lengths).size > 1
      ? `rows of different lengths: ${lengths.slice(0, 12).join(", ")}`
      : "a list whose parts have different lengths";
  }

  /* The lengths along each axis, [] for a number, null where they are not the same everywhere. */
  function shapeOf(value) {
    if (!Array.isArray(value)) return [];
    const shapes = value.map(shapeOf);
    const alike = shapes.every((shape) => shape && String(shape) === String(shapes[0]));
    return alike ? [value.length, ...(shapes[0] || [])] : null;
  }

  const words = (shape) => (shape.length === 1 ? `${shape[0]} values` : shape.join(" × "));

  function compareLists(got, want, exact, tolerance, alone) {
    const [is, must] = [shapeOf(got), shapeOf(want)];
    if (String(is) !== String(must)) {
      return { kind: "shape", text: `The shape is ${words(is)}.`, expected: words(must), received: words(is) };
    }
    const [cells, right] = [got.flat(Infinity).map(number), want.flat(Infinity).map(number)];
    const wrong = closeness(cells, right, exact, tolerance);
    const first = wrong.indexOf(true);
    return first < 0 ? null : differs(first, wrong, cells, right, must, alone);
  }

  const SPECIAL = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  const number = (cell) => (typeof cell === "string" ? SPECIAL[cell] : Number(cell));

  function closeness(cells, right, exact, tolerance) {
    const scale = right.reduce((most, cell) => (Number.isFinite(cell) ? Math.max(most, Math.abs(cell)) : most), 0) || 1;
    return cells.map((cell, i) => {
      const near = !exact && Number.isFinite(right[i]) && Math.abs(cell - right[i]) <= tolerance * scale;
      return !(cell === right[i] || near);
    });
  }

  function differs(first, wrong, cells, right, shape, alone) {
    const index = alone ? [] : place(first, shape);
    const count = wrong.filter(Boolean).length;
    const text = alone
      ? "The value differs."
      : `${count} of ${wrong.length} values differ, the first at ${brackets(index)}.`;
    return { kind: "values", text, index: brackets(index), expected: right[first], received: cells[first] };
  }

  const brackets = (index) => index.map((i) => `[${i}]`).join("");

  function place(flat, shape) {
    return shape.map((_, axis) => {
      const below = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
      return Math.floor(flat / below) % shape[axis];
    });
  }

  /* Grading */

  /** Grade the outcomes of an exercise's cases, in their order.
      @returns {{points, unwritten, tried: [{points, difference, case, outcome}], mistake, more}} */
  function grade(exercise, outcomes) {
    const seen = [];
    const tried = exercise.behaviours.map((behaviour) => attempt(exercise, behaviour, outcomes, seen));
    refusingCountsBesideSomethingRight(tried);
    const unwritten = tried.every((one) => one.difference && NOT_THERE.includes(one.difference.kind));
    const points = unwritten ? 0 : tried.reduce((sum, one) => sum + one.points, 0);
    return { points, unwritten: unwritten ? tried[0].difference : null, tried, ...diagnose(exercise, tried, seen) };
  }

  function attempt(exercise, behaviour, outcomes, seen) {
    const start = exercise.behaviours.slice(0, exercise.behaviours.indexOf(behaviour)).flatMap((b) => b.cases).length;
    let failed = null;
    for (const [i, one] of behaviour.cases.entries()) {
      const [number, outcome] = [start + i, outcomes[start + i]];
      seen.push({ behaviour, number, expected: one.expected, outcome });
      const found = difference(outcome, one.expected, behaviour, exercise.tolerance);
      if (found && !failed) failed = { behaviour, points: 0, difference: found, case: one, outcome };
      if (found && NOT_THERE.includes(found.kind)) break;
    }
    return failed || { behaviour, points: behaviour.points, difference: null };
  }

  function refusingCountsBesideSomethingRight(tried) {
    if (tried.some((one) => !one.difference && !one.behaviour.refuses)) return;
    const text = "Refusing counts once the function gives something right.";
    for (const one of tried.filter((each) => !each.difference)) {
      Object.assign(one, { points: 0, difference: { kind: "nothing_right", text }, case: one.behaviour.cases[0] });
    }
  }

  /* Diagnosis: as `diagnose` in grade.py, word for word. */

  function diagnose(exercise, tried, seen) {
    const same = (one, other) => equal(exercise, one.outcome, other);
    const wrong = seen.filter((one) => !same(one, one.expected));
    if (!wrong.length) return { mistake: null, more: false };
    const valid = seen.filter((one) => !one.expected.error);
    const whole = only(exercise, wrong.some((one) => !one.expected.error) ? valid : seen);
    return whole ? { mistake: whole, more: false } : firstOfSeveral(exercise, tried, valid);
  }

  function firstOfSeveral(exercise, tried, seen) {
    const asked = tried.filter((one) => !one.behaviour.refuses);
    const shown = asked.filter((one) => !one.difference).map((one) => one.behaviour);
    const failing = shown.length ? asked.filter((one) => one.difference) : [];
    for (const { behaviour } of failing) {
      const looked = seen.filter((one) => one.behaviour === behaviour || shown.includes(one.behaviour));
      const mistake = only(exercise, looked);
      if (mistake) return { mistake, more: true };
    }
    return { mistake: null, more: false };
  }

  function only(exercise, seen) {
    if (seen.every(({ outcome }) => outcome.error || outcome.value === null)) return null;
    const explains = (mistake) =>
      seen.every((one) => equal(exercise, one.outcome, mistake.outcomes[one.number] || one.expected));
    const fitting = exercise.mistakes.filter(explains);
    return fitting.length === 1 ? fitting[0] : null;
  }

  function equal(exercise, outcome, other) {
    if (outcome.error || other.error) return outcome.error === other.error;
    const untouched = exercise.behaviours.some((behaviour) => behaviour.untouched);
    const alike = !outcome.changed === !other.changed && !outcome.aliased === !other.aliased;
    if (untouched && !alike) return false;
    return !compareValues(outcome.value, other.value, other.exact, exercise.tolerance);
  }

  globalThis.TryIt = Object.assign(globalThis.TryIt || {}, { grade, shapeOf, number });
})();

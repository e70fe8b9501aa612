/* Compares what an answer did with what is right, and names the mistake that explains it. It does on lists what
   autograder/check does on arrays, with the numbers and sentences of autograder/check, which come with the exercise as
   its `rules`; the tests hold the two side by side.

   An outcome is {value, changed, aliased} or {error, message, line}; a value is a number, nested lists of numbers
   ("inf", "-inf" and "nan" where JSON has no number), null for None, or {type: "str"} for anything else. */
"use strict";

(() => {
  /** A sentence of autograder/check/sentences.py with its blanks filled in. */
  function sentence(rules, id, values = {}) {
    return rules.sentences[id].replace(/\{(\w+)\}/g, (_, blank) => values[blank]);
  }

  /* From here to `compareLists`: the first difference that counts, or null. */

  function difference(outcome, expected, behaviour, rules) {
    const found = compareErrors(outcome, expected, (id, values) => sentence(rules, id, values));
    if (found !== undefined) return found;
    const wrong = compareValues(outcome.value, expected.value, expected.exact, rules);
    return wrong || (behaviour.untouched ? touched(outcome, rules) : null);
  }

  function compareErrors(outcome, expected, say) {
    const { error, message = "" } = outcome;
    if (error === "NotImplementedError") return { kind: "not_written", text: say("not_written") };
    if (error === "Undefined") return { kind: "undefined", text: message };
    if (error === "Limit") return { kind: "raised", text: message };
    if (!error && outcome.value === null) {
      return { kind: "not_written", text: say(expected.error ? "none_not_refused" : "returns_none") };
    }
    if (!expected.error && !error) return undefined;
    if (!expected.error) return { kind: "raised", text: say("raised", { error, message, where: "" }).replace(/: $/, "") };
    if (!error) return { kind: "not_refused", text: say("not_refused") };
    if (error === expected.error) return null;
    return { kind: "wrong_error", text: say("wrong_error", { error, expected: expected.error }) };
  }

  function touched(outcome, rules) {
    if (outcome.changed) return { kind: "changed", text: sentence(rules, "changed") };
    const text = "It returns the list it was given, or shares rows with it, not a new one.";
    return outcome.aliased ? { kind: "aliased", text } : null;
  }

  function compareValues(got, want, exact, rules) {
    const list = Array.isArray(want);
    const wrong = list ? notAList(got, rules) : notANumber(got, rules);
    if (wrong) return { kind: "type", text: `It returns ${wrong}.` };
    return compareLists(list ? got : [got], list ? want : [want], exact, rules, !list);
  }

  function describe(value, rules) {
    if (value === null) return "None";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (typeof value === "boolean") return "a bool";
    return typeof value === "object" ? rules.kinds[value.type] || `a ${value.type}` : "a number";
  }

  const isNumber = (value) => typeof value === "number" || typeof value === "string";
  const notANumber = (value, rules) => (isNumber(value) ? null : `${describe(value, rules)}, not a number`);

  function notAList(value, rules) {
    if (!Array.isArray(value)) return `${describe(value, rules)}, not a list of rows`;
    const stranger = value.flat(Infinity).find((part) => !isNumber(part) && typeof part !== "boolean");
    if (stranger !== undefined) return `a list that holds ${describe(stranger, rules)} where a number belongs`;
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

  function compareLists(got, want, exact, rules, alone) {
    const [is, must] = [shapeOf(got), shapeOf(want)];
    if (String(is) !== String(must)) {
      return { kind: "shape", text: `The shape is ${words(is)}.`, expected: words(must), received: words(is) };
    }
    const [cells, right] = [got.flat(Infinity).map(number), want.flat(Infinity).map(number)];
    const wrong = closeness(cells, right, exact, rules.tolerance);
    const first = wrong.indexOf(true);
    if (first < 0) return null;
    const index = alone ? "" : place(first, must).map((i) => `[${i}]`).join("");
    const counts = { wrong: wrong.filter(Boolean).length, all: wrong.length, part: "", index };
    const text = sentence(rules, alone ? "value" : "values", counts);
    return { kind: "values", text, index, expected: right[first], received: cells[first] };
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
    refusingCountsBesideSomethingRight(tried, exercise.rules);
    const unwritten = tried.every((one) => one.difference && exercise.rules.not_there.includes(one.difference.kind));
    const points = unwritten ? 0 : tried.reduce((sum, one) => sum + one.points, 0);
    return { points, unwritten: unwritten ? tried[0].difference : null, tried, ...diagnose(exercise, seen) };
  }

  function attempt(exercise, behaviour, outcomes, seen) {
    const start = exercise.behaviours.slice(0, exercise.behaviours.indexOf(behaviour)).flatMap((b) => b.cases).length;
    let failed = null;
    for (const [i, one] of behaviour.cases.entries()) {
      const outcome = outcomes[start + i];
      seen.push({ behaviour, number: start + i, expected: one.expected, outcome });
      const found = difference(outcome, one.expected, behaviour, exercise.rules);
      if (found && !failed) failed = { behaviour, points: 0, difference: found, case: one, outcome };
      if (found && exercise.rules.not_there.includes(found.kind)) break;
    }
    return failed || { behaviour, points: behaviour.points, difference: null };
  }

  function refusingCountsBesideSomethingRight(tried, rules) {
    if (tried.some((one) => !one.difference && !one.behaviour.refuses)) return;
    const text = sentence(rules, "nothing_right");
    for (const one of tried.filter((each) => !each.difference)) {
      Object.assign(one, { points: 0, difference: { kind: "nothing_right", text }, case: one.behaviour.cases[0] });
    }
  }

  /* Diagnosis: as in diagnose.py, of single mistakes; pairs of them are left to `check`. */

  function diagnose(exercise, seen) {
    const answered = seen.filter((one) => !one.expected.error);
    const looked = answered.some((one) => !right(exercise, one)) ? answered : seen;
    const valued = looked.filter((one) => !one.outcome.error && one.outcome.value !== null);
    if (looked.every((one) => right(exercise, one)) || !valued.length) return { mistake: null, more: false };
    const wrong = answered.filter((one) => !right(exercise, one));
    const borne = wrong.some((one) => valued.includes(one));
    const explains = (mistake) =>
      looked.every((one) => agrees(exercise, one, given(mistake, one))) &&
      (borne || wrong.every((one) => one.outcome.error === given(mistake, one).error));
    const whole = exercise.mistakes.filter(explains);
    if (whole.length) return { mistake: whole.length === 1 ? whole[0] : null, more: false };
    const explained = exercise.mistakes.map((mistake) => inPart(exercise, mistake, valued));
    const most = Math.max(...explained);
    const part = most ? exercise.mistakes.filter((_, i) => explained[i] === most) : [];
    return part.length === 1 ? { mistake: part[0], more: true } : { mistake: null, more: false };
  }

  const given = (mistake, one) => mistake.outcomes[one.number] || one.expected;
  const right = (exercise, one) => agrees(exercise, one, one.expected);

  /** How many different wrong values a mistake explains; 0 if a case contradicts it or it is too few. */
  function inPart(exercise, mistake, seen) {
    const [values, done, left] = [new Set(), new Set(), new Set()];
    let few = exercise.rules.few_numbers;
    for (const one of seen) {
      const shows = mistake.outcomes[one.number] && !agrees(exercise, { ...one, outcome: given(mistake, one) }, one.expected);
      if (shows && !agrees(exercise, one, given(mistake, one))) return 0;
      if (shows) {
        values.add(JSON.stringify(one.outcome.value));
        if (Array.isArray(one.outcome.value)) few = exercise.rules.few_arrays;
        done.add(one.behaviour);
      } else if (!right(exercise, one)) left.add(one.behaviour);
    }
    const behaviours = [...new Set(seen.map((one) => one.behaviour))];
    const whole = [...done].some((behaviour) => !left.has(behaviour));
    const allRight = behaviours.some((behaviour) => !done.has(behaviour) && !left.has(behaviour));
    return values.size >= few && whole && allRight ? values.size : 0;
  }

  /** Tell whether two outcomes of a case are the same; what must be refused, both refuse or neither does. */
  function agrees(exercise, { expected, outcome }, other) {
    if (expected.error) return (outcome.error === expected.error) === (other.error === expected.error);
    if (outcome.error && other.error) return !exercise.rules.no_errors_of_the_code.includes(outcome.error);
    return equal(exercise, outcome, other);
  }

  function equal(exercise, outcome, other) {
    if (outcome.error || other.error) return outcome.error === other.error;
    const untouched = exercise.behaviours.some((behaviour) => behaviour.untouched);
    const alike = !outcome.changed === !other.changed && !outcome.aliased === !other.aliased;
    if (untouched && !alike) return false;
    return !compareValues(outcome.value, other.value, other.exact, exercise.rules);
  }

  globalThis.TryIt = Object.assign(globalThis.TryIt || {}, { grade, sentence, shapeOf, number });
})();

/* Compares what an answer did with what is right, and names the mistake that explains it. It does on lists what
   autograder/check does on arrays, with the cases, numbers and sentences of autograder, which come with the exercise
   from autograder/in_page.py; the tests hold the two side by side.

   An outcome is {value, shown, changed, aliased} or {error, message, line}; a value is a number, nested lists of numbers
   ("inf", "-inf" and "nan" where JSON has no number), null for None, or {type: "str"} for anything else. What it is
   compared with says its form: {number, exact}, {array, exact}, {tuple: [...]} or {list: [...]}. */
"use strict";

(() => {
  /** A sentence of autograder/check/sentences.py with its blanks filled in. */
  function sentence(rules, id, values = {}) {
    return rules.sentences[id].replace(/\{(\w+)\}/g, (_, blank) => values[blank]);
  }

  /* From here to `compareArrays`: the first difference that counts, or null. */

  function difference(exercise, outcome, expected, behaviour) {
    const { rules } = exercise;
    const found = compareErrors(outcome, expected, (id, values) => sentence(rules, id, values));
    if (found !== undefined) return found;
    const wrong = behaviour.measured ? notAccepted(outcome) : compare(exercise, outcome.value, expected.value);
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

  /* Where many results are right, Python has measured this one. */
  const notAccepted = ({ measured }) => (measured ? { kind: "not_accepted", text: measured } : null);

  function touched(outcome, rules) {
    if (outcome.changed) return { kind: "changed", text: sentence(rules, "changed") };
    const what = outcome.measured === null ? "list it was given, or one that shares rows with it" : "same list at each call";
    return outcome.aliased ? { kind: "aliased", text: sentence(rules, "aliased", { what }) } : null;
  }

  /* `place` is where in a tuple or list a value stands. */
  function compare(exercise, got, want, place = []) {
    const entries = want.tuple || want.list;
    if (entries) return compareEntries(exercise, got, want, place);
    const wrong = want.array ? notAList(got, want, exercise.rules) : notANumber(got, exercise.rules);
    if (wrong) return typeDiffers(exercise, wrong, place);
    return compareArrays(exercise, got, want, place);
  }

  function compareEntries(exercise, got, want, place) {
    const [[form, entries]] = Object.entries(want);
    if (!Array.isArray(got)) return typeDiffers(exercise, [describe(got, exercise.rules), `a ${form}`], place);
    if (got.length !== entries.length) {
      const values = { entries: got.length === 1 ? "1 entry" : `${got.length} entries`, part: at(exercise, place) };
      return { kind: "length", text: sentence(exercise.rules, "length", values), place, expected: entries.length };
    }
    for (const [i, entry] of entries.entries()) {
      const found = compare(exercise, got[i], entry, [...place, i]);
      if (found) return found;
    }
    return null;
  }

  function typeDiffers(exercise, [what, form], place) {
    return { kind: "type", text: sentence(exercise.rules, "type", { what, form, part: at(exercise, place) }), place };
  }

  const brackets = (place) => place.map((i) => `[${i}]`).join("");

  function at({ parts }, place) {
    if (!place.length) return "";
    return parts.length ? ` of ${parts[place[0]]}` : ` at ${brackets(place)}`;
  }

  function describe(value, rules) {
    if (value === null) return "None";
    if (Array.isArray(value)) return `a list of ${value.length}`;
    if (typeof value === "boolean") return "a bool";
    return typeof value === "object" ? rules.kinds[value.type] || `a ${value.type}` : "a number";
  }

  const isNumber = (value) => typeof value === "number" || typeof value === "string";
  const notANumber = (value, rules) => (isNumber(value) ? null : [describe(value, rules), "a number"]);

  function notAList(value, { array }, rules) {
    const form = Array.isArray(array[0]) ? "a list of rows" : "a list of numbers";
    if (!Array.isArray(value)) return [describe(value, rules), form];
    const stranger = value.flat(Infinity).find((part) => !isNumber(part) && typeof part !== "boolean");
    if (stranger !== undefined) return [`a list that holds ${describe(stranger, rules)} where a number belongs`, form];
    return shapeOf(value) ? null : [ragged(value), form];
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
    if (!value.some(Array.isArray)) return [value.length];
    const [first, ...others] = value.map(shapeOf);
    const alike = first && others.every((shape) => shape?.length === first.length && shape.every((n, i) => n === first[i]));
    return alike ? [value.length, ...first] : null;
  }

  const words = (shape) => (shape.length === 1 ? `${shape[0]} values` : shape.join(" × "));

  function compareArrays(exercise, got, { array, number: alone, exact }, place) {
    const [received, want] = array ? [got, array] : [[got], [alone]];
    const [is, must] = [shapeOf(received), shapeOf(want)];
    const part = at(exercise, place);
    if (String(is) !== String(must)) {
      const text = sentence(exercise.rules, "shape", { part, shape: words(is) });
      return { kind: "shape", text, place, expected: words(must), received: words(is) };
    }
    const [cells, right] = [received.flat(Infinity).map(number), want.flat(Infinity).map(number)];
    const wrong = closeness(cells, right, exact, exercise.rules.tolerance);
    const first = wrong.indexOf(true);
    if (first < 0) return null;
    const index = array ? brackets(indexOf(first, must)) : "";
    const counts = { wrong: wrong.filter(Boolean).length, all: wrong.length, part, index };
    const text = sentence(exercise.rules, array ? "values" : "value", counts);
    const where = exercise.parts.length && place.length ? `${exercise.parts[place[0]]}${index}` : `${brackets(place)}${index}`;
    return { kind: "values", text, place, index: where, expected: right[first], received: cells[first] };
  }

  const SPECIAL = { inf: Infinity, "-inf": -Infinity, nan: NaN };
  const number = (cell) => (typeof cell === "string" ? SPECIAL[cell] : Number(cell));

  /* Tell cell by cell what differs. Where whole numbers are expected, only rounding is near. */
  function closeness(cells, right, exact, tolerance) {
    const largest = right.reduce((most, cell) => (Number.isFinite(cell) ? Math.max(most, Math.abs(cell)) : most), 0);
    const scale = exact ? 1 : largest || 1;
    return cells.map((cell, i) => {
      const near = Number.isFinite(right[i]) && Math.abs(cell - right[i]) <= tolerance * scale;
      return !(near || Object.is(cell, right[i]));
    });
  }

  function indexOf(flat, shape) {
    return shape.map((_, axis) => {
      const below = shape.slice(axis + 1).reduce((product, n) => product * n, 1);
      return Math.floor(flat / below) % shape[axis];
    });
  }

  /* Grading */

  /** Grade the outcomes of an exercise's cases, in their order.
      @returns {{points, unwritten, tried: [{points, difference, case, outcome}], mistakes, either, more}} */
  function grade(exercise, outcomes) {
    const seen = [];
    const tried = exercise.behaviours.map((behaviour) => attempt(exercise, behaviour, outcomes, seen));
    besideSomethingRight(tried, exercise.rules);
    const unwritten = tried.every((one) => one.difference && exercise.rules.not_there.includes(one.difference.kind));
    const points = unwritten ? 0 : tried.reduce((sum, one) => sum + one.points, 0);
    const found = exercise.measures ? NOTHING : diagnose(exercise, seen); // a measure says it all
    return { points, unwritten: unwritten ? tried[0].difference : null, tried, ...found };
  }

  function attempt(exercise, behaviour, outcomes, seen) {
    const start = exercise.behaviours.slice(0, exercise.behaviours.indexOf(behaviour)).flatMap((b) => b.cases).length;
    let failed = null;
    for (const [i, one] of behaviour.cases.entries()) {
      const outcome = outcomes[start + i];
      seen.push({ behaviour, number: start + i, expected: one.expected, outcome });
      const found = difference(exercise, outcome, one.expected, behaviour);
      if (found && !failed) failed = { behaviour, points: 0, difference: found, case: one, outcome };
      if (found && exercise.rules.not_there.includes(found.kind)) break;
    }
    return failed || { behaviour, points: behaviour.points, difference: null };
  }

  function besideSomethingRight(tried, rules) {
    if (tried.some((one) => !one.difference && !one.behaviour.beside)) return;
    const text = sentence(rules, "nothing_right");
    for (const one of tried.filter((each) => !each.difference)) {
      Object.assign(one, { points: 0, difference: { kind: "nothing_right", text }, case: one.behaviour.cases[0] });
    }
  }

  /* Diagnosis: as in diagnose.py, but of two mistakes only where no call shows both. */

  const NOTHING = { mistakes: [], either: false, more: false };

  function diagnose(exercise, seen) {
    const answered = seen.filter((one) => !one.expected.error);
    const [results, changed] = [{ ...exercise, mistakes: exercise.mistakes.filter((one) => !isChange(one)) }, exercise.mistakes.find(isChange)];
    if (!changed || !answered.some(({ outcome }) => outcome.changed)) return explained(results, seen);
    const known = results.mistakes.filter((mistake) => answered.every((one) => agrees(exercise, one, given(exercise, mistake, one))));
    if (known.length) return told(exercise, known);
    const kept = ({ outcome }) => (outcome.changed ? { ...outcome, changed: false, aliased: false } : outcome);
    const { mistakes, ...rest } = explained(results, seen.map((one) => ({ ...one, outcome: kept(one) })));
    return { ...rest, mistakes: rest.either ? mistakes.flatMap((one) => [one, changed]) : [...mistakes, changed] };
  }

  const isChange = ({ decision }) => decision === "arguments";

  function explained(exercise, seen) {
    const answered = seen.filter((one) => !one.expected.error);
    const looked = answered.some((one) => !right(exercise, one)) ? answered : seen;
    const different = new Set(looked.map(({ outcome }) => JSON.stringify(outcome.error ? null : outcome.value)));
    if (looked.every((one) => right(exercise, one)) || different.size < 2) return NOTHING;
    const wrong = answered.filter((one) => !right(exercise, one));
    const borne = wrong.some(hasValue);
    const explains = (mistake) =>
      looked.every((one) => agrees(exercise, one, given(exercise, mistake, one))) &&
      (borne || wrong.every((one) => one.outcome.error === given(exercise, mistake, one).error));
    const whole = exercise.mistakes.filter(explains);
    if (whole.length) return told(exercise, whole);
    const values = new Set(looked.filter((one) => !right(exercise, one)).map(({ outcome }) => JSON.stringify(outcome.value ?? null)));
    const general = values.size < few(exercise, (wrong[0] || looked[0]).expected) ? undefined : exercise.generic.find(explains);
    if (general) return told(exercise, [general]);
    return twoOf(exercise, looked) || partly(exercise, looked.filter(hasValue));
  }

  /* Two wrong decisions, where each wrong result is what one of them gives, and no call shows both. */
  function twoOf(exercise, looked) {
    const wrong = looked.filter((one) => !right(exercise, one));
    const values = wrong.filter(hasValue).map(({ outcome }) => outcome.value);
    const numbers = values.every((value) => typeof value !== "object");
    if ((numbers && new Set(values).size < exercise.rules.few_numbers) || zeros(wrong)) return null;
    const seen = exercise.mistakes.filter(({ decision }) => decision).map((mistake) => {
      const shown = looked.filter((one) => shows(exercise, mistake, one));
      return { mistake, shown: shown.every((one) => agrees(exercise, one, given(exercise, mistake, one))) ? new Set(shown) : new Set() };
    }).filter(({ shown }) => shown.size);
    const fits = (one, other) =>
      one.mistake.decision !== other.mistake.decision &&
      one.shown.size + other.shown.size === wrong.length &&
      [...one.shown].every((each) => !other.shown.has(each));
    const pairs = seen.flatMap((one, i) => seen.slice(i + 1).filter((other) => fits(one, other)).map((other) => [one.mistake, other.mistake]));
    const common = pairs.length ? pairs[0].filter((mistake) => pairs.every((pair) => pair.includes(mistake))) : [];
    return common.length ? { mistakes: common.sort(byCost(exercise)), either: false, more: common.length < 2 } : null;
  }

  const hasValue = ({ outcome }) => !outcome.error && outcome.value !== null;

  /* One mistake, or either of two, what costs most first; more say nothing. */
  function told(exercise, mistakes) {
    return mistakes.length > 2 ? NOTHING : { mistakes: mistakes.sort(byCost(exercise)), either: mistakes.length === 2, more: false };
  }

  const byCost = (exercise) => (one, other) => cost(exercise, other) - cost(exercise, one) || (one.id < other.id ? -1 : 1);

  function cost({ behaviours }, { outcomes }) {
    let next = 0;
    const lost = ({ cases }) => cases.filter(() => outcomes[next++] !== null).length > 0;
    return behaviours.reduce((sum, behaviour) => sum + (lost(behaviour) ? behaviour.points : 0), 0);
  }

  /* Nothing but zeros: much leads there. */
  const zeros = (wrong) =>
    wrong.filter(hasValue).every(({ outcome }) => Array.isArray(outcome.value) && !outcome.value.flat(Infinity).some(number));

  function partly(exercise, valued) {
    const wrong = valued.filter((one) => !right(exercise, one));
    if (zeros(wrong)) return NOTHING;
    const parts = exercise.mistakes.map((mistake) => inPart(exercise, mistake, valued));
    const most = Math.max(...parts);
    const part = most ? exercise.mistakes.filter((_, i) => parts[i] === most) : [];
    return part.length === 1 ? { mistakes: part, either: false, more: true } : NOTHING;
  }

  const given = (exercise, mistake, one) => exercise.outcomes[mistake.outcomes[one.number]] || one.expected;
  const right = (exercise, one) => agrees(exercise, one, one.expected);
  const shows = (exercise, mistake, one) =>
    mistake.outcomes[one.number] !== null && !agrees(exercise, { ...one, outcome: asSeen(given(exercise, mistake, one)) }, one.expected);

  /* How many different results must fit: one may come about by chance. */
  const few = ({ rules }, { value }) => (value?.array ? rules.few_arrays : rules.few_numbers);

  /** How many different wrong values a mistake explains; 0 if a case contradicts it or it is too few. */
  function inPart(exercise, mistake, seen) {
    const [values, done, left] = [new Set(), new Set(), new Set()];
    let least = exercise.rules.few_numbers;
    for (const one of seen) {
      if (shows(exercise, mistake, one)) {
        if (!agrees(exercise, one, given(exercise, mistake, one))) return 0;
        values.add(JSON.stringify(one.outcome.value));
        least = few(exercise, given(exercise, mistake, one));
        done.add(one.behaviour);
      } else if (!right(exercise, one)) left.add(one.behaviour);
    }
    const behaviours = [...new Set(seen.map((one) => one.behaviour))];
    const whole = [...done].some((behaviour) => !left.has(behaviour));
    const allRight = behaviours.some((behaviour) => !done.has(behaviour) && !left.has(behaviour));
    return values.size >= least && whole && allRight ? values.size : 0;
  }

  /* What a mistake gives, as if an answer had given it. */
  const asSeen = (outcome) => (outcome.error ? outcome : { ...outcome, value: plain(outcome.value) });
  const plain = ({ number: alone, array, tuple, list }) => alone ?? array ?? (tuple || list).map(plain);

  /** Tell whether two outcomes of a case are the same; what must be refused, both refuse or neither does. */
  function agrees(exercise, { expected, outcome }, other) {
    if (expected.error) return (outcome.error === expected.error) === (other.error === expected.error);
    if (outcome.error && other.error) return !exercise.rules.no_errors_of_the_code.includes(outcome.error);
    return equal(exercise, outcome, other);
  }

  function equal(exercise, outcome, other) {
    if (outcome.error || other.error) return outcome.error === other.error;
    const untouched = exercise.behaviours.some((behaviour) => behaviour.untouched);
    if (untouched && ((outcome.changed && !other.changed) || !outcome.aliased !== !other.aliased)) return false;
    return !compare(exercise, outcome.value, other.value);
  }

  globalThis.TryIt = Object.assign(globalThis.TryIt || {}, { grade, sentence, shapeOf, number, plain });
})();

/* The explorer's arithmetic, state and words in Node. test_explorer_arithmetic.py starts it with the vectors' file. */
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const { test } = require("node:test");

const FOLDER = process.env.EXPLORER_SCRIPTS;
for (const name of ["arithmetic", "state", "words", "presets"]) require(path.join(FOLDER, `${name}.js`));
const { arithmetic: A, state: S, words: W, presets } = globalThis.Explorer;
const VECTORS = JSON.parse(readFileSync(process.env.EXPLORER_VECTORS, "utf8"));
const PLACES = JSON.parse(process.env.EXPLORER_PLACES);
const POSSIBLE = VECTORS.cases.filter((one) => !one.impossible);

/* Numbers agree to nine digits; null agrees with null only. */
function close(actual, expected, what) {
  assert.equal(actual.length, expected.length, `${what}: rows`);
  expected.forEach((row, r) => {
    assert.equal(actual[r].length, row.length, `${what}: columns`);
    row.forEach((value, c) => {
      const near = value === null ? actual[r][c] === null : Math.abs(actual[r][c] - value) <= 1e-9 * Math.max(1, Math.abs(value));
      assert.ok(near, `${what} at (${r}, ${c}): expected ${value}, received ${actual[r][c]}`);
    });
  });
}

/* Run a check on every case of some operations, and name the setting that fails. */
function each(operations, check) {
  const chosen = POSSIBLE.filter(({ setting }) => operations.includes(setting.op));
  assert.ok(chosen.length > 100);
  for (const one of chosen) check(one, A.geometry(one.setting), JSON.stringify(one.setting));
}

test("every kind of setting is among the vectors", () => {
  const seen = new Set(POSSIBLE.flatMap(({ setting }) => [setting.op, setting.mode, setting.kind, String(setting.padding).includes(",") ? "sides" : setting.padding]));
  assert.equal(seen.size, 3 + 5 + 6 + 5);
});

test("outputs are the reference's", () => {
  each(["conv", "pool", "transposed"], ({ setting, image, kernel, expected }, shape, what) => {
    assert.equal(shape.error, null, what);
    close(A.output(image, kernel, setting), expected.output, what);
  });
});

test("each output is made of the cells it is said to be made of", () => {
  each(["transposed"], ({ image, kernel, expected }, shape, what) => {
    const sums = A.table(shape.rows.out, shape.columns.out, (r, c) =>
      A.stampsOn(shape, r, c).reduce((total, { row, column, i, j }) => total + image[row][column] * kernel[i][j], 0));
    close(sums, expected.output, what);
    close(A.stampCounts(shape), expected.stamps, what);
  });
});

test("padded inputs are the reference's", () => {
  each(["conv"], ({ setting, image, expected }, shape, what) => close(A.paddedInput(image, setting), expected.padded, what));
});

test("read counts are the reference's, with and without copies", () => {
  each(["conv"], ({ setting, expected }, shape, what) => {
    close(A.readCounts(shape), expected.reads, what);
    close(A.readCounts(shape, setting.mode), expected.copies, what);
  });
});

test("unread cells and costs are the reference's", () => {
  each(["conv"], ({ setting, expected }, shape, what) => {
    assert.deepEqual([shape.rows.unread, shape.columns.unread], expected.unread, what);
    assert.deepEqual(A.costs(setting, setting), expected.costs, what);
  });
});

test("a setting without an output says why", () => {
  const impossible = VECTORS.cases.filter((one) => one.impossible);
  assert.ok(impossible.length > 20);
  for (const { setting } of impossible) assert.match(String(A.geometry(setting).error), /\d|Cropping/, JSON.stringify(setting));
});

test("same padding of one axis is TensorFlow's", () => {
  for (const [n, k, s, before, after, out] of VECTORS.axes) {
    const setting = { op: "conv", size: [n, n], kernel: [k, k], stride: [s, s], dilation: [1, 1], padding: "same", mode: "constant" };
    const { rows } = A.geometry(setting);
    assert.deepEqual([rows.before, rows.after, rows.out], [before, after, out]);
  }
});

test("the sum that is shown has the value that is shown", () => {
  each(["conv"], ({ setting, image, kernel, expected }, shape, what) => {
    const [r, c] = [shape.rows.out - 1, shape.columns.out - 1];
    const text = W.asText(W.windowSum(setting, kernel, A.windowCells(image, setting, shape, r, c)));
    const value = Function(`return ${text.replaceAll("·", "*").replaceAll("\u2212", "-")}`)();
    assert.equal(value, expected.output[r][c], `${what}: ${text}`);
  });
});

test("formulas end in the size of the output", () => {
  each(["conv", "pool", "transposed"], ({ setting }, shape, what) => {
    W.formulas(setting, shape).forEach(({ lines }, i) => {
      const out = [shape.rows.out, shape.columns.out][i];
      assert.ok(lines.some((line) => line[0] === "o" && line.at(-1) === String(out)), what);
    });
  });
});

test("a state survives its link", () => {
  for (const { setting, image, kernel } of POSSIBLE) {
    const state = { ...structuredClone(S.DEFAULTS), ...setting, input: image, weights: kernel, at: 3, counts: "direct", question: "full-reads" };
    const found = S.fromHash(S.toHash(state));
    assert.deepEqual(found.problems, []);
    assert.deepEqual(found.state, state);
  }
});

test("a link that was percent-encoded on its way is read all the same", () => {
  const hash = "#explorer?" + encodeURIComponent("op=conv&n=2x2&k=1x1&s=1x1&p=1,0,0,1&x=1,-2;3,4.5");
  assert.deepEqual(S.fromHash(hash).state.input, [[1, -2], [3, 4.5]]);
});

const HOSTILE = [
  ["n=0x5", ["n"]], ["n=99x5", ["n"]], ["n=5", ["n"]], ["n=5x5x5", ["n"]], ["n=1e1x5", ["n"]], ["n=-1x5", ["n"]], ["n=", ["n"]],
  ["op=<img src=x onerror=alert(1)>", ["op"]], ["op=constructor", ["op"]], ["mode=__proto__", ["mode"]], ["p=-1,0,0,0", ["p"]],
  ["p=1,2,3", ["p"]], ["x=1,2;3", ["x"]], ["x=1,2;3,4", ["x"]], ["x=NaN", ["x"]], ["w=Infinity", ["w"]], ["fill=1e9", ["fill"]],
  ["mode=ignore", ["mode"]], ["all=yes", ["all"]], ["q=<b>", ["q"]], ["c=0x1", ["c"]], ["s=1x9", ["s"]], ["d=0x0", ["d"]], ["at=-1", ["at"]],
  ["__proto__=1", ["a part with an unknown name"]], ["zoom=3&n=4x4", ["a part with an unknown name"]],
  ["n=5x5&" + "x".repeat(5000), ["the whole link"]], ["n=%ZZ", ["n"]],
];
for (const [text, problems] of HOSTILE) {
  test(`a link with ${text.slice(0, 40)} falls back and says so`, () => {
    const found = S.fromHash(`#explorer?${text}`);
    assert.deepEqual(found.problems, problems);
    const kept = text.includes("n=4x4") ? { size: [4, 4] } : {};
    assert.deepEqual(found.state, { ...S.DEFAULTS, ...kept });
    assert.match(W.problemWords(found.problems), /Part of the link is not valid/);
    assert.ok(!W.problemWords(found.problems).includes("<"));
  });
}

test("the address of something else is no state", () => {
  for (const hash of ["", "#explorer", "#how-often-each-pixel-is-read"]) assert.equal(S.fromHash(hash), null);
});

for (const preset of presets) {
  test(`question ${preset.id} has its right answer among its choices`, () => {
    const { state, problems } = S.parse(preset.link);
    assert.deepEqual(problems, []);
    assert.equal(A.geometry(state).error, null);
    assert.equal(preset.choices.filter((choice) => choice === preset.right(state)).length, 1);
    assert.equal(S.parse(`q=${preset.id}`).state.question, preset.id);
  });
}

test("the places in the chapters begin with a state and name questions that exist", () => {
  for (const { link, presets: ids } of Object.values(PLACES)) {
    assert.deepEqual(S.parse(link).problems, []);
    for (const id of ids) assert.ok(presets.some((preset) => preset.id === id), id);
  }
});

test("numbers are typed in as people write them", () => {
  for (const [text, value] of [["3", 3], [" -4 ", -4], ["\u22122", -2], ["1,5", 1.5], ["0.125", 0.125], ["-0", 0]]) assert.ok(Object.is(S.number(text), value), text);
  for (const text of ["", "x", "1e3", "12345", "1.2345", "--1", "0x10", "Infinity"]) assert.equal(S.number(text), undefined, text);
});

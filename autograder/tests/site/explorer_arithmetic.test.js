/* The explorer's arithmetic, state and words in Node. test_explorer_arithmetic.py starts it with the vectors' file. */
"use strict";

const assert = require("node:assert/strict");
const { readFileSync } = require("node:fs");
const path = require("node:path");
const node = require("node:test");

const FOLDER = process.env.EXPLORER_SCRIPTS;
for (const name of ["arithmetic", "state", "words", "presets", "code"]) require(path.join(FOLDER, `${name}.js`));
const { arithmetic: A, state: S, words: W, presets, code: C } = globalThis.Explorer;
const VECTORS = JSON.parse(readFileSync(process.env.EXPLORER_VECTORS, "utf8"));
const PLACES = JSON.parse(process.env.EXPLORER_PLACES);
const POSSIBLE = VECTORS.cases.filter((one) => !one.impossible);

/* A test; with EXPLORER_FIRST_FAILURE the first one that fails ends the run, for mistakes that any test may notice. */
function test(name, check) {
  node.test(name, process.env.EXPLORER_FIRST_FAILURE ? () => {
    try {
      check();
    } catch (error) {
      console.error(error);
      process.exit(1);
    }
  } : check);
}

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

test("gradients are the reference's, of pixels and of weights", () => {
  each(["conv", "pool", "transposed"], ({ setting, image, kernel, backward: { gradient, ...wanted } }, shape, what) => {
    const found = A.backward(image, kernel, setting, gradient);
    close(found.input, wanted.input, `${what}: input`);
    if (wanted.kernel) close(found.kernel, wanted.kernel, `${what}: kernel`);
  });
});

test("what each cell passes back adds up to the gradient", () => {
  each(["conv", "pool"], ({ setting, image, kernel, backward: { gradient } }, shape, what) => {
    const cells = shape.rows.out * shape.columns.out;
    const half = A.backward(image, kernel, setting, gradient, shape, cells - 1).input;
    const last = gradient.at(-1).at(-1);
    for (const { from, factor } of A.gradientParts(image, kernel, setting, shape, shape.rows.out - 1, shape.columns.out - 1)) {
      if (from) half[from[0]][from[1]] += last * factor;
    }
    close(half, A.backward(image, kernel, setting, gradient).input, what);
  });
});

test("an output cell and the cells that it reads name each other", () => {
  each(["conv", "transposed"], ({ setting, image, kernel, expected: { output } }, shape, what) => {
    const pixel = [Math.floor((setting.size[0] - 1) / 2), setting.size[1] - 1];
    const changed = image.map((line, r) => line.map((value, c) => value + Number(r === pixel[0] && c === pixel[1])));
    const sums = output.map((line) => [...line]);
    for (const { row, column, i, j } of A.usedBy(setting, shape, ...pixel)) sums[row][column] += kernel[i][j];
    close(A.output(changed, kernel, setting), sums, what);
  });
});

test("layers with several planes are the reference's", () => {
  const kinds = new Set();
  for (const { setting, planes, filters, output } of VECTORS.planes) {
    kinds.add(setting.op);
    const found = A.outputPlanes(planes, filters, setting);
    assert.equal(found.length, output.length, JSON.stringify(setting));
    output.forEach((plane, number) => close(found[number], plane, `${JSON.stringify(setting)}, plane ${number}`));
  }
  assert.equal(kinds.size, 3);
});

test("the ways from a pixel to a cell, and receptive fields, are the reference's", () => {
  const networks = VECTORS.networks.filter((one) => !one.impossible);
  assert.equal(networks.length, 100);
  for (const { size, layers, shapes, cell, ways, field } of networks) {
    const what = JSON.stringify({ size, layers, cell });
    const maps = A.chain(size, layers);
    assert.deepEqual(maps.map(({ rows, columns }) => [rows.out, columns.out]), shapes, what);
    const { down, right } = A.fieldOf(maps, ...cell)[0];
    close(A.table(...size, (r, c) => (down.get(r) ?? 0) * (right.get(c) ?? 0)), ways, what);
    assert.deepEqual(A.fieldSizes(maps.map(({ rows }) => rows)).map((one) => one.size), field, what);
  }
});

test("layers without a map end the chain", () => {
  for (const { size, layers } of VECTORS.networks.filter((one) => one.impossible)) {
    const maps = A.chain(size, layers);
    assert.ok(maps.at(-1).error && maps.slice(0, -1).every(({ error }) => !error), JSON.stringify(layers));
  }
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
  ["v=sideways", ["v"]], ["l=conv-3-1-1-same", ["l"]], ["l=conv-3-1-1-same,pool-9-1-1-valid", ["l"]], ["l=constructor,conv", ["l"]], ["g=1,2;3,4", ["g"]],
  ["p=-1,0,0,-1", ["p"]], ["__proto__=1", ["a part with an unknown name"]], ["zoom=3&n=4x4", ["a part with an unknown name"]],
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

/* ------------------------------------------------------------------------------------------------ Keras and PyTorch */

const RECORD = JSON.parse(readFileSync(path.join(__dirname, "explorer_torch.json"), "utf8"));

function stateOf({ size, weights = "counting" }) {
  return { ...S.parse("").state, size, weights };
}

for (const [number, { line, size, output }] of RECORD.entries()) {
  test(`PyTorch's line ${number + 1} gives PyTorch's output: ${line}`, () => {
    const state = stateOf({ size });
    const { changes, error } = C.read(line, state);
    if (output === null) {
      assert.match(error, /\w/);
      return;
    }
    assert.equal(error, undefined);
    const found = { ...state, ...changes };
    const values = A.output(S.image(found), S.kernel(found), found);
    assert.equal(values.length, output.length, JSON.stringify(changes));
    output.forEach((row, r) => row.forEach((value, c) => assert.ok(Math.abs(values[r][c] - value) < 1e-4, `${r}, ${c}: ${values[r][c]}, ${value}`)));
    assert.deepEqual(read(C.write(found).torch.code, found), A.output(S.image(found), S.kernel(found), found));
  });
}

/* The output of a line for the numbers of a state. */
function read(line, state) {
  const { changes, error } = C.read(line, state);
  assert.equal(error, undefined, line);
  const found = { ...state, ...changes };
  return A.output(S.image(state), S.kernel(state), found);
}

test("a line says what the figure shows, or why no line does", () => {
  const lines = { keras: 0, torch: 0 };
  for (const { setting, image, kernel } of POSSIBLE) {
    const state = { ...stateOf(setting), ...setting, input: image, weights: kernel };
    for (const [framework, { code, notes }] of Object.entries(C.write(state))) {
      if (!code) assert.ok(notes.join().length > 20, JSON.stringify(setting));
      else {
        lines[framework] += 1;
        close(read(code, state), A.output(image, kernel, setting), `${code} for ${JSON.stringify(setting)}`);
      }
    }
  }
  assert.ok(lines.keras > 200 && lines.torch > 400, JSON.stringify(lines));
});

test("what is read or written keeps channels and bias", () => {
  const state = S.parse("op=conv&n=5x5&k=3x3&s=1x1&p=same&c=3x32&bias=0").state;
  const { keras, torch } = C.write(state);
  assert.equal(keras.code, 'Conv2D(32, 3, padding="same", use_bias=False)');
  assert.equal(torch.code, 'nn.Conv2d(3, 32, 3, padding="same", bias=False)');
  for (const { code } of [keras, torch]) {
    const { channels, bias } = { ...state, ...C.read(code, state).changes };
    assert.deepEqual([channels, bias], [[3, 32], false]);
  }
});

const UNREADABLE = {
  "": /ends too early/, "Conv2D": /no value/, "Conv2D(1 3)": /unexpected/, "Conv2D(1, 3": /ends where/, "Dense(3)": /no layer that this figure shows/,
  "Conv2D(1, 3, stride=2)": /no argument “stride”/, "Conv2D(1, 3, padding=1)": /ZeroPadding2D/, "Conv2D(1, 9)": /from 1 to 7/,
  "Conv2D(1, 3, strides=2, dilation_rate=2)": /does not allow/, "nn.Conv2d(1, 1, 3, stride=2, padding='same')": /refuses/,
  "nn.MaxPool2d(2, padding=2)": /at most half/, "nn.AvgPool2d(3, 2, 1, ceil_mode=True)": /both at once/, "MaxPooling2D(2) + 1": /left over/,
  "nn.ConvTranspose2d(1, 1, 3, stride=2, output_padding=2)": /smaller than/, "MaxPooling2D(2, 2, 'same', 1, 2)": /at most 3/,
  "nn.Sequential(nn.MaxPool2d(2), nn.MaxPool2d(2))": /one layer/, "nn.AdaptiveAvgPool2d(3)": /1 × 1/, "constructor(1)": /no layer/, "nn.LPPool2d(3, 2)": /norm_type 2/,
  "nn.LPPool2d(2, 4, ceil_mode=True)": /as if the window were full/,
};
for (const [line, message] of Object.entries(UNREADABLE)) {
  test(`the line “${line}” is refused with a reason`, () => {
    const { error, changes } = C.read(line, stateOf({ size: [6, 6] }));
    assert.equal(changes, undefined);
    assert.match(error, message);
  });
}

test("ceil_mode and output_padding are explained", () => {
  const notes = (line, size) => C.read(line, stateOf({ size })).notes.join(" ");
  assert.match(notes("nn.MaxPool2d(2, ceil_mode=True)", [5, 5]), /rounds the output size up.* 1 below the input and 1 to its right/);
  assert.match(notes("nn.MaxPool2d(3, 2, 1, ceil_mode=True)", [6, 6]), /It reaches 2 below the input and 2 to its right/);
  assert.match(notes("nn.MaxPool2d(2, ceil_mode=True)", [4, 4]), /changes nothing here/);
  assert.match(notes("nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)", [3, 3]), /several input sizes lead to one strided output/);
  assert.match(notes('Conv2D(8, 3, activation="relu")', [5, 5]), /does not show activation/);
});

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

/* What the explorer says: the setting in a line, what a step did, sums with their numbers, formulas, costs. */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.words = (() => {
  const A = globalThis.Explorer.arithmetic;
  const OPS = { conv: "Convolution", pool: "Pooling", transposed: "Transposed convolution" };
  const KINDS = {
    max: "Maximum", avg: "Average", min: "Minimum", l2: "L2 norm", "global-max": "Global maximum", "global-avg": "Global average",
  };
  const VIEWS = { forward: "Forward", backward: "Backward", channels: "Channels", layers: "Layers" };
  const RULES = {
    valid: "valid", same: "same (TensorFlow)", half: "symmetric, half the kernel", full: "full",
  };
  const MODES = {
    constant: "constant", reflect: "reflect", edge: "edge", wrap: "wrap", ignore: "not counted",
  };
  const PARTS = {
    v: "view", g: "gradient of the output", l: "layers", op: "operation", kind: "pooling", n: "input size", k: "kernel size", s: "stride", d: "dilation", p: "padding",
    mode: "padding mode", fill: "fill value", x: "input", w: "kernel", at: "step", all: "output shown", counts: "counts of windows",
    c: "channels", bias: "bias", q: "question",
  };

  /* A number as it is shown: two decimals at most, a true minus sign, "–" for a window of nothing. */
  function num(value) {
    if (value === null) return "–";
    const rounded = Math.round(value * 100) / 100 + 0;
    return String(rounded).replace("-", "\u2212");
  }
  const signed = (value) => (value < 0 ? `(${num(value)})` : num(value));
  const grouped = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const by = ([a, b]) => `${a} × ${b}`;
  const outSize = ({ rows, columns }) => by([rows.out, columns.out]);
  const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
  const listed = (items) => (items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`);

  /* "rows 1 to 3", or one by one where the places do not follow each other. */
  function places(name, values) {
    const first = values[0], last = values.at(-1);
    if (values.length === 1) return `${name} ${num(first)}`;
    if (last - first === values.length - 1) return `${name}s ${num(first)} to ${num(last)}`;
    return `${name}s ${listed(values.map(num))}`;
  }

  const along = (axis, start) => A.range(axis.k).map((i) => start + i * axis.d);

  /* The part of the input that the window of an output cell covers. */
  const covered = ({ rows, columns }, r, c) =>
    `${places("row", along(rows, rows.starts[r]))}, ${places("column", along(columns, columns.starts[c]))}`;

  function paddingWords({ padding, mode, op, fill }) {
    const rule = Array.isArray(padding) ? `padding ${new Set(padding).size === 1 ? padding[0] : padding.join(", ")}` : RULES[padding];
    if (padding === "valid") return "valid";
    if (op === "transposed") return rule;
    return `${rule}, ${mode === "constant" ? `filled with ${num(fill)}` : MODES[mode]}`;
  }

  /* A layer of a network in short. */
  function layerName(number, { op, kernel: [k], stride: [s], dilation: [d], padding }) {
    const rest = [s > 1 && `stride ${s}`, d > 1 && `dilation ${d}`, padding !== "valid" && padding].filter(Boolean);
    return [`${number}. ${op === "conv" ? "Conv" : "Pool"} ${k} × ${k}`, ...rest].join(", ");
  }

  /* The whole setting in one line. */
  function summary(state) {
    if (state.view === "layers") return [`Input ${by(state.size)}`, ...state.layers.map((layer, i) => layerName(i + 1, layer))].join("; ");
    const name = state.op === "pool" ? `${KINDS[state.kind]} pooling` : OPS[state.op];
    if (A.isGlobal(state)) return `${name}, input ${by(state.size)}`;
    const short = (pair) => (pair[0] === pair[1] ? pair[0] : by(pair));
    const window = state.op === "pool" ? "window" : "kernel";
    const dilation = Math.max(...state.dilation) > 1 ? `, dilation ${short(state.dilation)}` : "";
    return `${name}, input ${by(state.size)}, ${window} ${by(state.kernel)}, ${paddingWords(state)}, stride ${short(state.stride)}${dilation}`;
  }

  /* The sum of one window: parts to join, each with whether it is padding, and the result. */
  function windowSum(state, kernel, cells) {
    const value = (cell) => num(cell.value);
    const part = (cell, text, quiet = false) => ({ text, padding: cell.padding, quiet });
    if (state.op === "conv") {
      const parts = cells.map((cell) => {
        const weight = kernel[cell.i][cell.j];
        return part(cell, `${signed(weight)}·${signed(cell.value)}`, weight === 0);
      });
      return { before: "", parts, joint: " + ", after: "" };
    }
    const counted = cells.filter((cell) => cell.value !== null);
    if (state.kind === "l2") {
      return { before: "√(", parts: counted.map((c) => part(c, `${signed(c.value)}²`)), joint: " + ", after: ")" };
    }
    if (state.kind.endsWith("avg")) {
      const parts = counted.map((cell) => part(cell, signed(cell.value)));
      return { before: "(", parts, joint: " + ", after: `) / ${counted.length}` };
    }
    const parts = counted.map((cell) => part(cell, value(cell)));
    return { before: state.kind === "min" ? "min(" : "max(", parts, joint: ", ", after: ")" };
  }

  /* The sum of the stamps that meet in one cell of a transposed convolution's output. */
  function stampSum(image, kernel, hits) {
    const text = ({ row, column, i, j }) => `${signed(image[row][column])}·${signed(kernel[i][j])}`;
    return { before: "", parts: hits.map((hit) => ({ text: text(hit), padding: false, quiet: false })), joint: " + ", after: "" };
  }

  const asText = ({ before, parts, joint, after }) => before + parts.map(({ text }) => text).join(joint) + after;

  /* What one window covers. */
  function windowWords(state, shape, at, cells) {
    const { rows, columns } = shape;
    const [r, c] = A.placeOf(at, columns.out);
    const count = cells.filter((cell) => cell.padding).length;
    const padding = count ? `; ${count} of its ${plural(cells.length, "cell")} ${count === 1 ? "is" : "are"} padding` : "";
    return `Window ${at + 1} of ${rows.out * columns.out}, for output row ${r}, column ${c}. It covers ${covered(shape, r, c)}${padding}.`;
  }

  /* What one stamp of a transposed convolution writes. */
  function stampWords(image, { rows, columns }, at) {
    const [r, c] = A.placeOf(at, columns.n);
    const inside = (axis, place) => place >= 0 && place < axis.out;
    const [down, right] = [along(rows, rows.starts[r]), along(columns, columns.starts[c])];
    const [kept, beside] = [down.filter((p) => inside(rows, p)), right.filter((p) => inside(columns, p))];
    const lost = down.length * right.length - kept.length * beside.length;
    const where = kept.length && beside.length ? ` to output ${places("row", kept)}, ${places("column", beside)}` : "";
    const cropped = lost ? `; ${plural(lost, "cell")} of the stamp ${lost === 1 ? "is" : "are"} cropped` : "";
    return `Stamp ${at + 1} of ${rows.n * columns.n}: input row ${r}, column ${c} holds ${num(image[r][c])}. It adds ${num(image[r][c])} times the kernel${where}${cropped}.`;
  }

  /* Which cells of the output use the cell that is pointed at. */
  function usersWords({ rows, columns }, [row, column], users) {
    const padding = row < 0 || column < 0 || row >= rows.n || column >= columns.n;
    const name = `${padding ? "Padding" : "Input"} row ${num(row)}, column ${num(column)}`;
    if (!users.length) return `${name} is used by no output cell.`;
    const distinct = (key) => [...new Set(users.map((user) => user[key]))].sort((a, b) => a - b);
    const cells = new Set(users.map((user) => `${user.row},${user.column}`)).size;
    return `${name} is used by ${plural(cells, "output cell")}: ${places("row", distinct("row"))}, ${places("column", distinct("column"))}.`;
  }

  /* What this step did, or what the chosen cell of a transposed convolution is made of; a view as in models.js. */
  function stepWords({ state, shape, image, read, peek, from, users, at }) {
    if (from) return usersWords(shape, from, users);
    if (peek) return `Output row ${peek[0]}, column ${peek[1]}: ${plural(read.length, "stamp")} ${read.length === 1 ? "covers" : "cover"} it.`;
    return state.op === "transposed" ? stampWords(image, shape, at) : windowWords(state, shape, at, read);
  }

  /* The sum of this step and its value, or null where a stamp has none. */
  function stepSum({ state, shape, image, kernel, read, peek, from, at }) {
    if (from) return null;
    if (state.op === "transposed") {
      if (!peek || !read.length) return null;
      return { ...stampSum(image, kernel, read), value: A.stamped(image, kernel, shape)[peek[0]][peek[1]] };
    }
    const [row, column] = A.placeOf(at, shape.columns.out);
    return { ...windowSum(state, kernel, read), value: A.outputCell(image, kernel, state, shape, row, column) };
  }

  /* ---------------------------------------------------------------- backward */

  /* Where the gradient of an output cell goes. */
  function gradientWords({ state, shape, gradient, at, parts, from, senders, total }) {
    if (from) return sendersWords(from, senders);
    const [r, c] = A.placeOf(at, shape.columns.out);
    const sent = num(gradient[r][c]);
    const begin = `The gradient of output row ${r}, column ${c} is ${sent}. `;
    if (!parts.length) return `${begin}No cell counts in its window, so it goes nowhere.`;
    const lost = parts.filter((part) => part.padding && !part.from).length;
    const copies = parts.filter((part) => part.padding && part.from).length;
    const padding = lost ? ` ${lost === 1 ? "One of them is" : `${lost} of them are`} padding: that share is lost.`
      : copies ? ` ${copies === 1 ? "One of them is a copy" : `${copies} of them are copies`} in the padding: the pixel behind gets that share.` : "";
    return begin + sharedWords(state, parts, gradient[r][c], total, padding);
  }

  function sharedWords({ op, kind }, parts, sent, total, padding) {
    if (op === "transposed") return `Each of the ${plural(parts.length, "input cell")} whose stamps cover it gets ${num(sent)} times the weight that met it.`;
    if (op === "conv") return `Each of the ${parts.length} cells of its window gets ${num(sent)} times its weight.${padding}`;
    if (kind === "l2") return `Each of the ${plural(parts.length, "cell")} gets ${num(sent)} times its value, divided by the norm.${padding}`;
    if (kind.endsWith("avg")) return `Each of the ${plural(parts.length, "cell")} that count gets ${num(sent)} / ${parts.length} = ${num(sent / parts.length)}.${padding}`;
    return chosenWords(kind, parts, total);
  }

  /* Who gets the gradient of a maximum or minimum: ties and overlaps. */
  function chosenWords(kind, parts, total) {
    const winner = parts.find(({ factor }) => factor === 1);
    const tied = parts.filter(({ value }) => value === winner.value).length;
    const tie = tied > 1 ? ` ${tied} cells tie at ${num(winner.value)}; the first in row order gets it, the others get 0.` : "";
    const most = kind === "min" ? "smallest" : "largest";
    if (!winner.from) return `All of it goes to a cell of the padding, the ${most} of the window, and is lost.${tie}`;
    const [r, c] = winner.from;
    const which = winner.padding ? `whose copy in the padding is the ${most} cell` : `the ${most} cell`;
    return `All of it goes to input row ${r}, column ${c}, ${which} of the window.${tie} What this cell has got so far adds up to ${num(total.input[r][c])}.`;
  }

  function sendersWords([row, column], senders) {
    if (!senders.length) return `Input row ${num(row)}, column ${num(column)} gets no gradient.`;
    return `Input row ${row}, column ${column} gets gradient from ${plural(senders.length, "output cell")}; the shares add up.`;
  }

  /* The sum of what a pixel gets from all output cells. */
  function gradientSum({ gradient, from, senders }) {
    if (!from || !senders.length) return null;
    const parts = senders.map(({ row, column, factor: share }) => ({ text: `${signed(gradient[row][column])}·${signed(share)}` }));
    return { before: "", parts, joint: " + ", after: "", value: senders.reduce((sum, { row, column, factor: share }) => sum + gradient[row][column] * share, 0) };
  }

  /* ---------------------------------------------------------------- channels and layers */

  /* What a step of the view of channels did; `here` is its view of planes. */
  function planeWords({ state, shape }, { pool, plane, number, positions }) {
    const [cin, cout] = state.channels;
    const [r, c] = A.placeOf(number, shape.columns.out);
    if (pool) return `Window ${number + 1} of ${positions} in plane ${plane}, for output row ${r}, column ${c}. Pooling takes each plane by itself: ${plural(cin, "plane")} in, ${plural(cin, "plane")} out.`;
    const filters = `Filter ${plane} of ${cout} has one kernel for each of the ${plural(cin, "plane")} of the input`;
    if (state.op === "transposed") return `Stamp ${number + 1} of ${positions}. ${filters}; their stamps are added to one plane of the output.`;
    return `Window ${number + 1} of ${positions}, for output plane ${plane}, row ${r}, column ${c}. ${filters}. Their sums are added, and one bias for the filter, here 0.`;
  }

  /* The sum over the planes that are drawn. */
  function planeSum({ state, shape }, { pool, plane, number, parts, inputs, totals }) {
    if (state.op === "transposed") return null;
    const [r, c] = A.placeOf(number, shape.columns.out);
    if (pool) return { ...windowSum(state, null, inputs[plane].read), value: totals[plane][r][c] };
    return { before: "", parts: parts.map((part) => ({ text: signed(part[r][c]) })), joint: " + ", after: "", value: totals[plane][r][c] };
  }

  const notDrawn = ({ channels, op }, most) => {
    if (Math.max(...channels.slice(0, op === "pool" ? 1 : 2)) <= most) return "";
    return `Of each map at most ${most} planes are drawn, and the sums are of the planes that are drawn.`;
  };

  const inOrder = (ways) => [...ways.keys()].sort((a, b) => a - b);
  const spanOf = (cells) => cells.at(-1) - cells[0] + 1;

  /* What a cell of a map depends on, and what depends on it. */
  function layerWords({ shape: { maps } }, { map, at: [row, column] }, ways) {
    const name = map ? `map ${map}` : "the input";
    const [down, right] = [inOrder(ways[0].down), inOrder(ways[0].right)];
    const some = down.length > 0 && right.length > 0;
    const field = map && !some ? "It depends on padding alone." : map ? `It depends on input ${places("row", down)}, ${places("column", right)}: its receptive field is ${by([spanOf(down), spanOf(right)])}.` : "";
    const size = ({ rows, columns }) => [rows.n, columns.n];
    const [h, w] = size(maps[0]);
    const outside = map && some && (down[0] < 0 || right[0] < 0 || down.at(-1) >= h || right.at(-1) >= w) ? " A part of it is padding." : "";
    const last = ways.at(-1);
    const users = map < maps.length ? `${plural(last.down.size * last.right.size, "cell")} of map ${maps.length} ${last.down.size * last.right.size === 1 ? "depends" : "depend"} on it.` : "";
    return [`Row ${row}, column ${column} of ${name}.`, field + outside, users, "The numbers count the ways between two cells."].filter(Boolean).join(" ");
  }

  /* Rows of the table of layers: name, map, receptive field, step. */
  function layerRows(state, { maps }) {
    const [down, right] = ["rows", "columns"].map((name) => A.fieldSizes(maps.map((map) => map[name])));
    return maps.map((map, i) => [layerName(i + 1, state.layers[i]), outSize(map), by([down[i].size, right[i].size]), String(down[i].step)]);
  }

  /* Formulas are nested lists: strings are symbols, { over, under } a fraction, { floor } and { ceil } brackets. */
  const spread = ({ d, k }) => (d === 1 ? [["k"], [`${k}`]] : [["d", "(", "k", "−", "1", ")", "+", "1"], [`${d}`, "·", "(", `${k}`, "−", "1", ")", "+", "1"]]);

  function sameFormula(axis) {
    const { n, s, out, before, after } = axis;
    const total = before + after;
    const [letters, numbers] = spread(axis);
    return [
      ["o", "=", { ceil: [{ over: ["n"], under: ["s"] }] }, "=", { ceil: [{ over: [`${n}`], under: [`${s}`] }] }, "=", `${out}`],
      ["P", "=", "max", "(", "(", "o", "−", "1", ")", "s", "+", ...letters, "−", "n", ",", "0", ")"],
      ["P", "=", "max", "(", "(", `${out}`, "−", "1", ")", "·", `${s}`, "+", ...numbers, "−", `${n}`, ",", "0", ")", "=", `${total}`],
    ];
  }

  function windowFormula(axis) {
    const { n, s, before, after, out, padded, span } = axis;
    const [letters, numbers] = spread(axis);
    const bracket = (list) => (list.length > 1 ? ["(", ...list, ")"] : list);
    const floor = (over, under) => ({ floor: [{ over, under: [under] }] });
    return [
      ["P", "=", `${before}`, "+", `${after}`, "=", `${before + after}`],
      ["o", "=", floor(["n", "+", "P", "−", ...bracket(letters)], "s"), "+", "1"],
      ["o", "=", floor([`${n}`, "+", `${before + after}`, "−", ...bracket(numbers)], `${s}`), "+", "1"],
      ["o", "=", floor([num(padded - span)], `${s}`), "+", "1", "=", `${out}`],
    ];
  }

  function stampFormula(axis, same) {
    const { n, s, out, before, after } = axis;
    if (same) return [["o", "=", "n", "·", "s", "=", `${n}`, "·", `${s}`, "=", `${out}`]];
    const [letters, numbers] = spread(axis);
    return [
      ["C", "=", `${before}`, "+", `${after}`, "=", `${before + after}`],
      ["o", "=", "(", "n", "−", "1", ")", "s", "+", ...letters, "−", "C"],
      ["o", "=", "(", `${n}`, "−", "1", ")", "·", `${s}`, "+", ...numbers, "−", `${before + after}`, "=", `${out}`],
    ];
  }

  /* What the formulas leave open, for one axis. */
  function afterwards(state, { before, after, unread, span, k }, side) {
    if (state.op === "transposed") {
      const gap = after < 0 ? `; ${plural(-after, "empty cell")} added ${side[1]}` : "";
      return `Cropped: ${before} ${side[0]}, ${Math.max(after, 0)} ${side[1]}${gap}.`;
    }
    const reach = span > k ? ` The window spans ${span} cells.` : "";
    const left = unread > 0 ? ` After the last window, ${plural(unread, "cell")} of the padded input ${unread === 1 ? "is" : "are"} left over.` : "";
    return `Padding: ${before} ${side[0]}, ${after} ${side[1]}.${reach}${left}`;
  }

  /* The formula of each axis, with letters and with numbers. */
  function formulas(state, { rows, columns }) {
    const lines = (axis) => {
      if (state.op === "transposed") return stampFormula(axis, state.padding === "same");
      return state.padding === "same" && !A.isGlobal(state) ? sameFormula(axis) : windowFormula(axis);
    };
    return [
      { name: "Height", lines: lines(rows), note: afterwards(state, rows, ["at the top", "at the bottom"]) },
      { name: "Width", lines: lines(columns), note: afterwards(state, columns, ["at the left", "at the right"]) },
    ];
  }

  /* Rows of the table of costs: name, how it is computed, value. */
  function costRows(state, { rows, columns }, costs) {
    const [cin, cout] = state.channels;
    const pool = state.op === "pool";
    const weights = `${rows.k} · ${columns.k} · ${cin}`;
    const [h, w] = state.op === "transposed" ? [rows.n, columns.n] : [rows.out, columns.out];
    const kept = pool ? cin : cout;
    const share = costs.onPadding ? `, ${grouped(costs.onPadding)} of them with padding` : "";
    return [
      ["Parameters", pool ? "pooling has no weights" : state.bias ? `(${weights} + 1) · ${cout}` : `${weights} · ${cout}`, grouped(costs.parameters)],
      ["Multiply-adds", pool ? "it compares or adds, without weights" : `${h} · ${w} · ${weights} · ${cout}${share}`, grouped(costs.multiplyAdds)],
      ["Bytes of the input", `4 · ${rows.n} · ${columns.n} · ${cin}`, grouped(costs.bytes.input)],
      ["Bytes of the parameters", pool ? "none" : `4 · ${costs.parameters}`, grouped(costs.bytes.weights)],
      ["Bytes of the output", `4 · ${rows.out} · ${columns.out} · ${kept}`, grouped(costs.bytes.output)],
    ];
  }

  /* How many windows (or, in a transposed convolution, stamps) cover the cells, in a sentence. */
  function countWords(state, counts) {
    const all = counts.flat();
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const none = all.filter((count) => count === 0).length;
    const transposed = state.op === "transposed";
    const one = transposed ? "stamp" : "window";
    // with copies these are times, not windows: a window may hold a pixel and its copy
    const [how, unit, copies] = state.counts === "copies" && !transposed ? ["", "time", ", copies in the padding included"] : ["by ", one, ""];
    if (least === most) return `Every ${transposed ? "output cell" : "pixel"} is covered ${how}${plural(most, unit)}${copies}.`;
    const uncovered = none ? ` ${none} of ${all.length} are covered by no ${one}.` : "";
    return `${transposed ? "Output cells" : "Pixels"} are covered ${how}at least ${least} and at most ${plural(most, unit)}${copies}.${uncovered}`;
  }

  /* The four sides of a padding, in words. */
  const sides = ({ rows, columns }) => `${rows.before} top, ${rows.after} bottom, ${columns.before} left, ${columns.after} right`;

  /* How to read two paddings side by side. */
  function compareHelp({ op }) {
    if (op === "transposed") return "TensorFlow crops to n · s cells, the symmetric rule ⌊d(k − 1) / 2⌋ cells at each side. A thick frame marks values that differ.";
    return "The symmetric rule, in other frameworks padding = d · (k // 2) for odd k, puts ⌊d(k − 1) / 2⌋ cells on each side. Circles mark the centres of the windows, a thick frame the values that differ.";
  }

  /* What two outputs have in common, in a sentence. */
  function differenceWords(one, other) {
    const sizes = [one, other].map((out) => by([out.length, out[0]?.length ?? 0]));
    if (sizes[0] !== sizes[1]) return `The sizes differ: ${sizes[0]} and ${sizes[1]}.`;
    const pairs = one.flat().map((value, i) => [value, other.flat()[i]]);
    const differ = pairs.filter(([a, b]) => a !== b).length;
    if (!differ) return `Same size, ${sizes[0]}, and all ${plural(pairs.length, "value")} agree.`;
    return `Same size, ${sizes[0]}, but ${differ} of ${plural(pairs.length, "value")} ${differ === 1 ? "differs" : "differ"}.`;
  }

  /* The note under a link of which a part is not valid. */
  function problemWords(problems) {
    const names = problems.map((key) => PARTS[key] || key);
    return `Part of the link is not valid: ${listed(names)}. The usual value is used instead.`;
  }

  return {
    VIEWS, layerName, gradientWords, gradientSum, planeWords, planeSum, notDrawn, layerWords, layerRows, OPS, KINDS, RULES, MODES, num, by, outSize, plural, listed, covered, summary, windowSum, asText, stepWords, stepSum,
    formulas, costRows, countWords, sides, compareHelp, differenceWords, problemWords,
  };
})();

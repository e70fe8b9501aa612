/* What each grid shows: models for drawing.js, from a view of the figure. Nothing here touches the page.
 *
 * A view is { state, shape, image, kernel, at (the number of the window or stamp), peek (a cell of a transposed output, or
 * null), from (a cell of the input that is pointed at, or null), read (the cells that `at` or `peek` is about), users (the
 * cells of the output that use `from`), counts (or null), filled(r, c), open (whether the answer may be seen) }.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.models = (() => {
  const { arithmetic: A, words: W } = globalThis.Explorer;
  const { placeOf } = A;
  const classes = (...names) => names.filter(Boolean).join(" ");
  const place = (r, c) => `row ${W.num(r)}, column ${W.num(c)}`;
  const byPlace = (cells) => new Map(cells.map((cell) => [`${cell.row},${cell.column}`, cell]));
  const shown = (value) => (value === null ? "" : W.num(value));

  /* The cells that this step is about: covered by the window, stamping, or stamping on the chosen cell. */
  function readCells({ state, shape, image, at, peek, from }) {
    if (from) return [];
    if (state.op !== "transposed") return A.windowCells(image, state, shape, ...placeOf(at, shape.columns.out));
    if (peek) return A.stampsOn(shape, ...peek);
    const [row, column] = placeOf(at, shape.columns.n);
    return [{ row, column }];
  }

  /* The cell that a maximum or minimum comes from: the first in row order. */
  function winner({ state: { op, kind }, read }) {
    if (op !== "pool" || kind.endsWith("avg") || kind === "l2") return null;
    const counted = read.filter((cell) => cell.value !== null);
    const value = A.pooled(kind, counted.map((cell) => cell.value));
    return counted.find((cell) => cell.value === value);
  }

  /* How a count is written on a cell and how dark it makes it. */
  function countMarks(counts, r, c) {
    if (!counts) return { count: null, corner: "", heat: 0 };
    const count = counts[r][c];
    return { count, corner: String(count), heat: count / Math.max(...counts.flat(), 1) };
  }

  /* The part of the plane that the input's grid covers: with its padding, if it has any. */
  function extent({ state, shape: { rows, columns, error } }) {
    if (state.op === "transposed" || error) return { rows: rows.n, columns: columns.n };
    return { top: -rows.before, left: -columns.before, rows: rows.padded, columns: columns.padded };
  }

  function input(view) {
    const { state, shape, image, kernel, read, from } = view;
    const counts = state.op === "transposed" ? null : view.counts;
    const hits = byPlace(read);
    const named = from ? byPlace(readCells({ ...view, from: null })) : hits; // a cell's name does not change with the focus
    const best = winner(view);
    const uses = shape.error ? null : usesOf(state, shape);
    const cell = (r, c) => {
      const { padding, value } = A.cellAt(image, state, r, c);
      const pointed = from && from[0] === r && from[1] === c;
      const hit = hits.get(`${r},${c}`);
      const { count, corner, heat } = countMarks(padding ? null : counts, r, c);
      const weightOf = (one) => (one && one.i !== undefined && state.op !== "pool" ? kernel[one.i][one.j] : null);
      const [weight, spoken] = [weightOf(hit), weightOf(named.get(`${r},${c}`))];
      const name = `${padding ? "padding" : "input"} ${place(r, c)}`;
      const now = named.has(`${r},${c}`) ? `, in this ${state.op === "transposed" ? "stamp" : "window"}${spoken === null ? "" : `, times ${W.num(spoken)}`}` : "";
      const covered = state.counts === "copies" ? `${W.plural(count, "time")}, with its copies` : `by ${W.plural(count, "window")}`;
      const often = count !== null ? `, covered ${covered}` : uses && !padding ? `, used by ${W.plural(uses(r, c), "output")}` : "";
      return {
        text: shown(value), name, corner, heat, editable: !padding, foot: weight === null ? "" : `×${W.num(weight)}`,
        kind: classes(padding ? "padding" : "real", hit && "read", hit && hit === best && "best", pointed && "read", counts && "counted", count === 0 && "never"),
        label: `${name}: ${shown(value) || "not counted"}${now}${often}`,
      };
    };
    const label = `Input, ${state.size[0]} rows, ${state.size[1]} columns; press Enter on a cell to change it`;
    return { ...extent(view), label, cell, frame: inputFrame(view) };
  }

  /* How many cells of the output use a pixel; one that reads a copy of it too counts once. */
  const usesOf = (state, shape) => (r, c) => byPlace(A.usedBy(state, shape, r, c)).size;

  /* What the frame stands around: the span of the window, or the pixel that stamps. */
  function inputFrame({ state, shape: { rows, columns }, read: [first], peek }) {
    if (!first || peek) return null;
    const [height, width] = state.op === "transposed" ? [1, 1] : [rows.span, columns.span];
    return { row: first.row, column: first.column, height, width };
  }

  function weightGrid({ state, kernel: weights, read, peek }) {
    const used = new Set(peek ? read.map(({ i, j }) => `${i},${j}`) : []);
    const [rows, columns] = state.kernel;
    const cell = (r, c) => {
      const name = `kernel ${place(r, c)}`;
      const text = W.num(weights[r][c]);
      return { text, name, editable: true, kind: classes("weight", used.has(`${r},${c}`) && "read"), label: `${name}: ${text}` };
    };
    return { label: `Kernel, ${rows} rows, ${columns} columns; press Enter on a cell to change it`, rows, columns, cell };
  }

  /* The window of a pooling by itself. */
  function window(view) {
    const { rows, columns } = view.shape;
    const read = readCells({ ...view, from: null });
    const best = winner({ ...view, read });
    const cell = (r, c) => {
      const hit = read[r * columns.k + c];
      const text = shown(hit.value);
      return {
        text, kind: classes(hit.padding ? "padding" : "real", hit === best && "read best"),
        label: `window ${place(r, c)}: ${text || "padding, not counted"}${hit === best ? ", taken" : ""}`,
      };
    };
    return { label: "Current window", rows: rows.k, columns: columns.k, cell };
  }

  function output(view) {
    const { rows, columns } = view.shape;
    const label = `Output, ${rows.out} rows, ${columns.out} columns; the arrow keys choose a cell`;
    const base = { label, rows: rows.out, columns: columns.out };
    return { ...base, ...(view.state.op === "transposed" ? stamped(view) : gathered(view)) };
  }

  /* How a cell of the output is marked that uses the pixel pointed at. */
  function linkOf({ state, kernel: weights, users }) {
    const links = byPlace(users);
    return (r, c) => {
      const link = links.get(`${r},${c}`);
      const foot = link && state.op !== "pool" ? `×${W.num(weights[link.i][link.j])}` : "";
      return { linked: link && "linked", foot };
    };
  }

  /* The output of a convolution or pooling, as far as it is filled in. */
  function gathered(view) {
    const { state, shape, image, kernel: weights, at, from, filled } = view;
    const out = A.output(image, weights, state, shape);
    const [row, column] = placeOf(at, shape.columns.out);
    const linkAt = linkOf(view);
    const cell = (r, c) => {
      const done = filled(r, c);
      const text = done ? W.num(out[r][c]) : "";
      const here = !from && r === row && c === column;
      const { linked, foot } = linkAt(r, c);
      return {
        text, foot, kind: classes("result", here && "current", linked, !done && "blank"),
        label: `output ${place(r, c)}: ${text || "not computed yet"}, reads ${W.covered(shape, r, c)}`,
      };
    };
    return { cell, current: placeOf(state.at, shape.columns.out), frame: from ? null : { row, column, height: 1, width: 1 } };
  }

  /* The output of a transposed convolution after the stamps so far. */
  function stamped(view) {
    const { state, shape, image, kernel: weights, counts, peek, from, at } = view;
    const { rows, columns } = shape;
    const until = state.all || state.at + 1 >= rows.n * columns.n ? Infinity : state.at + 1;
    const out = A.stamped(image, weights, shape, until);
    const stamps = A.stamped(A.table(rows.n, columns.n, () => 1), A.table(rows.k, columns.k, () => 1), shape, until);
    const [row, column] = placeOf(at, columns.n);
    const linkAt = linkOf(view);
    const cell = (r, c) => {
      const { linked, foot } = linkAt(r, c);
      const done = stamps[r][c] > 0 || until === Infinity;
      const text = done ? W.num(out[r][c]) : "";
      const here = from ? false : peek ? r === peek[0] && c === peek[1] : meets(rows, row, r) && meets(columns, column, c);
      const { count, corner, heat } = countMarks(counts, r, c);
      const often = count === null ? "" : `, written by ${W.plural(count, "stamp")}`;
      return {
        text, corner, heat, foot, kind: classes("result", here && "current", linked, !done && "blank", counts && "counted", count === 0 && "never"),
        label: `output ${place(r, c)}: ${text || "no stamp yet"}${often}`,
      };
    };
    if (from) return { cell, frame: null };
    return { cell, frame: peek ? { row: peek[0], column: peek[1], height: 1, width: 1 } : stampFrame(rows, columns, row, column) };
  }

  /* Whether the stamp of a cell reaches a place of the output, along one axis. */
  function meets({ starts, k, d }, cell, at) {
    const offset = at - starts[cell];
    return offset >= 0 && offset % d === 0 && offset / d < k;
  }

  /* The part of a stamp that lies on the output, if any does. */
  function stampFrame(rows, columns, r, c) {
    const clip = ({ starts, span, out }, cell) => [Math.max(starts[cell], 0), Math.min(starts[cell] + span, out)];
    const [[top, bottom], [left, right]] = [clip(rows, r), clip(columns, c)];
    return bottom > top && right > left ? { row: top, column: left, height: bottom - top, width: right - left } : null;
  }

  /* ---------------------------------------------------------------- backward */

  /* The gradient of the output, of which the cells so far have been sent back. */
  function outputGradient(view) {
    const { state, shape: { rows, columns }, gradient, at, from } = view;
    const [row, column] = placeOf(at, columns.out);
    const senders = byPlace(view.senders);
    const cell = (r, c) => {
      const here = !from && r === row && c === column;
      const sent = state.all || r * columns.out + c <= state.at;
      const name = `gradient of output ${place(r, c)}`;
      return {
        text: W.num(gradient[r][c]), name, editable: true,
        kind: classes("result", here && "current", senders.has(`${r},${c}`) && "linked", !sent && "waiting"),
        label: `${name}: ${W.num(gradient[r][c])}${sent ? "" : ", not sent back yet"}`,
      };
    };
    const label = `Gradient of the output, ${rows.out} rows, ${columns.out} columns; the arrow keys choose a cell, Enter changes it`;
    return {
      label, rows: rows.out, columns: columns.out, cell, current: placeOf(state.at, columns.out), chooses: true,
      frame: from ? null : { row, column, height: 1, width: 1 },
    };
  }

  /* The gradient of the input so far; a small number is the input itself, where the gradient depends on it. */
  function inputGradient(view) {
    const { state, shape, image, parts, total, gradient, at, from } = view;
    const [row, column] = placeOf(at, shape.columns.out);
    const sent = gradient[row][column];
    const hits = byPlace(parts.filter(({ factor }) => factor !== 0));
    const behind = new Set([...hits.values()].filter((part) => part.padding && part.from).map((part) => part.from.join()));
    const selects = state.op === "pool" && !state.kind.endsWith("avg");
    const cell = (r, c) => {
      const { padding, value } = A.cellAt(image, state, r, c);
      const hit = from ? null : hits.get(`${r},${c}`);
      const pointed = from && from[0] === r && from[1] === c;
      const share = hit ? W.num(sent * hit.factor) : "";
      const text = padding ? "" : W.num(total.input[r][c]);
      const name = `${padding ? "padding" : "input"} ${place(r, c)}`;
      return {
        text, name, editable: false, corner: selects && !padding ? W.num(value) : "", foot: share && (share.startsWith("\u2212") ? share : `+${share}`),
        kind: classes(padding ? "padding" : "real", (hit || pointed) && "read", !from && behind.has(`${r},${c}`) && "read"),
        label: `${name}: ${padding ? "no gradient is kept" : `gradient ${text}, value ${shown(value)}`}${share && `, gets ${share} in this step`}`,
      };
    };
    const label = `Gradient of the input, ${state.size[0]} rows, ${state.size[1]} columns`;
    const frame = from || state.op === "transposed" ? null : inputFrame({ ...view, read: A.windowCells(image, state, shape, row, column), peek: null });
    return { ...extent(view), label, cell, frame };
  }

  /* The gradient of the kernel so far. */
  function kernelGradient({ state, total }) {
    const [rows, columns] = state.kernel;
    const cell = (r, c) => {
      const text = W.num(total.kernel[r][c]);
      return { text, kind: "weight", label: `gradient of kernel ${place(r, c)}: ${text}` };
    };
    return { label: `Gradient of the kernel, ${rows} rows, ${columns} columns`, rows, columns, cell };
  }

  return {
    classes, place, stampFrame, readCells, input, kernel: weightGrid, window, output, outputGradient, inputGradient, kernelGradient,
  };
})();

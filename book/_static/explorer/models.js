/* What each grid shows: models for drawing.js, from a view of the figure. Nothing here touches the page.
 *
 * A view is { state, shape, image, kernel, read (the cells in question now), counts (or null), peek (a cell of a transposed
 * output, or null), filled(r, c), open (whether the answer may be seen) }.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.models = (() => {
  const { arithmetic: A, words: W } = globalThis.Explorer;
  const classes = (...names) => names.filter(Boolean).join(" ");
  const place = (r, c) => `row ${W.num(r)}, column ${W.num(c)}`;
  const shown = (value) => (value === null ? "" : W.num(value));

  /* The cells that this step is about: read by the window, stamping, or stamping on the chosen cell. */
  function readCells(state, shape, image, peek) {
    const { columns } = shape;
    if (state.op !== "transposed") {
      return A.windowCells(image, state, shape, Math.floor(state.at / columns.out), state.at % columns.out);
    }
    if (peek) return A.stampsOn(shape, ...peek);
    return [{ row: Math.floor(state.at / columns.n), column: state.at % columns.n }];
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
    if (state.op === "transposed" || error) return { top: 0, left: 0, rows: rows.n, columns: columns.n };
    return { top: -rows.before, left: -columns.before, rows: rows.padded, columns: columns.padded };
  }

  function input(view) {
    const { state, image, kernel, read } = view;
    const counts = state.op === "transposed" ? null : view.counts;
    const hits = new Map(read.map((cell) => [`${cell.row},${cell.column}`, cell]));
    const best = winner(view);
    const cell = (r, c) => {
      const { padding, value } = A.cellAt(image, state, r, c);
      const hit = hits.get(`${r},${c}`);
      const { count, corner, heat } = countMarks(padding ? null : counts, r, c);
      const weight = hit && hit.i !== undefined && state.op !== "pool" ? kernel[hit.i][hit.j] : null;
      const name = `${padding ? "padding" : "input"} ${place(r, c)}`;
      const now = hit ? `, read now${weight === null ? "" : `, times ${W.num(weight)}`}` : "";
      const often = count === null ? "" : `, covered by ${W.plural(count, "window")}`;
      return {
        text: shown(value), name, corner, heat, editable: !padding, foot: weight === null ? "" : `×${W.num(weight)}`,
        kind: classes(padding ? "padding" : "real", hit && "read", hit && hit === best && "best", counts && "counted", count === 0 && "never"),
        label: `${name}: ${shown(value) || "not counted"}${now}${often}`,
      };
    };
    const label = `Input, ${state.size[0]} rows, ${state.size[1]} columns; press Enter on a cell to change it`;
    return { ...extent(view), label, cell, frame: inputFrame(view) };
  }

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
    return { label: `Kernel, ${rows} rows, ${columns} columns; press Enter on a cell to change it`, top: 0, left: 0, rows, columns, cell };
  }

  /* The window of a pooling by itself. */
  function window(view) {
    const { rows, columns } = view.shape;
    const best = winner(view);
    const cell = (r, c) => {
      const hit = view.read[r * columns.k + c];
      const text = shown(hit.value);
      return {
        text, kind: classes(hit.padding ? "padding" : "real", hit === best && "read best"),
        label: `window ${place(r, c)}: ${text || "padding, not counted"}${hit === best ? ", taken" : ""}`,
      };
    };
    return { label: "Current window", top: 0, left: 0, rows: rows.k, columns: columns.k, cell };
  }

  function output(view) {
    const { rows, columns } = view.shape;
    const label = `Output, ${rows.out} rows, ${columns.out} columns; the arrow keys choose a cell`;
    const base = { label, top: 0, left: 0, rows: rows.out, columns: columns.out };
    return { ...base, ...(view.state.op === "transposed" ? stamped(view) : gathered(view)) };
  }

  /* The output of a convolution or pooling, as far as it is filled in. */
  function gathered({ state, shape, image, kernel: weights, filled }) {
    const out = A.output(image, weights, state, shape);
    const current = [Math.floor(state.at / shape.columns.out), state.at % shape.columns.out];
    const cell = (r, c) => {
      const done = filled(r, c);
      const text = done ? W.num(out[r][c]) : "";
      const here = r === current[0] && c === current[1];
      return { text, kind: classes("result", here && "current", !done && "blank"), label: `output ${place(r, c)}: ${text || "not computed yet"}` };
    };
    return { cell, current, frame: { row: current[0], column: current[1], height: 1, width: 1 } };
  }

  /* The output of a transposed convolution after the stamps so far. */
  function stamped({ state, shape, image, kernel: weights, counts, peek }) {
    const { rows, columns } = shape;
    const until = state.all || state.at + 1 >= rows.n * columns.n ? Infinity : state.at + 1;
    const out = A.stamped(image, weights, shape, until);
    const stamps = A.stamped(A.table(rows.n, columns.n, () => 1), A.table(rows.k, columns.k, () => 1), shape, until);
    const [row, column] = [Math.floor(state.at / columns.n), state.at % columns.n];
    const cell = (r, c) => {
      const done = stamps[r][c] > 0 || until === Infinity;
      const text = done ? W.num(out[r][c]) : "";
      const here = peek ? r === peek[0] && c === peek[1] : meets(rows, row, r) && meets(columns, column, c);
      const { count, corner, heat } = countMarks(counts, r, c);
      const often = count === null ? "" : `, written by ${W.plural(count, "stamp")}`;
      return {
        text, corner, heat, kind: classes("result", here && "current", !done && "blank", counts && "counted", count === 0 && "never"),
        label: `output ${place(r, c)}: ${text || "no stamp yet"}${often}`,
      };
    };
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

  return { readCells, input, kernel: weightGrid, window, output };
})();

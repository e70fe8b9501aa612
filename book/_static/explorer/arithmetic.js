/* What windows do, in numbers: sizes, padding, sums, counts and costs. No drawing; runs in a browser and in Node.
 *
 * n: cells of the input along one axis, k: of the kernel, s: stride, d: dilation, out: cells of the output.
 * A setting is { op: "conv" | "pool" | "transposed", kind (of a pooling), size: [H, W], kernel: [kh, kw],
 * stride: [down, right], dilation: [down, right], padding: "valid" | "same" | "half" | "full" |
 * [top, bottom, left, right], mode: "constant" | "reflect" | "edge" | "wrap" | "ignore", fill: number }.
 * Places are given in the coordinates of the input: cell -1 is padding. Convolution does not flip the kernel.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.arithmetic = (() => {
  const range = (count) => Array.from({ length: Math.max(count, 0) }, (_, i) => i);
  const sum = (values) => values.reduce((a, b) => a + b, 0);
  const table = (rows, columns, value) => range(rows).map((r) => range(columns).map((c) => value(r, c)));
  const placeOf = (number, columns) => [Math.floor(number / columns), number % columns];
  const isGlobal = (setting) => setting.op === "pool" && setting.kind.startsWith("global");

  /* Cells from the first to the last that a dilated kernel reads. */
  const span = (k, d) => d * (k - 1) + 1;

  /* [before, after] of a rule that knows no axis of its own; TensorFlow's "same" puts the odd cell after. */
  function sides(n, k, s, d, rule) {
    if (rule === "same") {
      const total = Math.max((Math.ceil(n / s) - 1) * s + span(k, d) - n, 0);
      return [Math.floor(total / 2), Math.ceil(total / 2)];
    }
    const each = { valid: 0, half: Math.floor((span(k, d) - 1) / 2), full: span(k, d) - 1 }[rule];
    return [each, each];
  }

  /* One axis of a convolution or pooling. */
  function windowAxis(n, k, s, d, rule) {
    const [before, after] = Array.isArray(rule) ? rule : sides(n, k, s, d, rule);
    const padded = n + before + after;
    const reach = span(k, d);
    const out = padded < reach ? 0 : Math.floor((padded - reach) / s) + 1;
    const starts = range(out).map((i) => i * s - before);
    return { n, k, s, d, span: reach, before, after, padded, out, starts, unread: padded - ((out - 1) * s + reach) };
  }

  /* One axis of a transposed convolution: stamps s apart, then `before` and `after` cells cropped (a negative number
   * adds cells). "same" crops to n * s cells, so that it undoes the size of a "same" convolution. */
  function stampAxis(n, k, s, d, rule) {
    const reach = span(k, d);
    const all = (n - 1) * s + reach;
    let [before, after] = Array.isArray(rule) ? rule : sides(n, k, s, d, rule);
    if (rule === "same") {
      before = Math.floor(Math.max(reach - s, 0) / 2);
      after = all - n * s - before;
    }
    const out = Math.max(all - before - after, 0);
    return { n, k, s, d, span: reach, before, after, all, out, starts: range(n).map((i) => i * s - before) };
  }

  /* Cells that PyTorch's ceil_mode adds after the padding, so that a last window which does not fit is kept; the window has
   * to begin in the input or in the padding before it. */
  function ceilExtra(n, reach, s, p) {
    const free = n + 2 * p - reach;
    const last = Math.ceil(free / s) * s;
    return last > free && last < n + p ? last - free : 0;
  }

  /* [before, after] that Keras crops from a transposed convolution with `extra` as its output_padding; null where TensorFlow
   * then finds that the stride leads to another size. */
  function kerasCrop(rule, reach, s, extra) {
    if (rule === "valid") return [0, -extra];
    const total = 2 * Math.floor(reach / 2) - extra;
    const before = Math.floor(Math.max(total, 0) / 2);
    return reach - total > 0 && reach - total <= s ? [before, total - before] : null;
  }

  /* The setting of an axis: 0 for rows, 1 for columns. */
  function axis(setting, i) {
    const n = setting.size[i];
    if (isGlobal(setting)) return windowAxis(n, n, 1, 1, "valid");
    const rule = Array.isArray(setting.padding) ? setting.padding.slice(2 * i, 2 * i + 2) : setting.padding;
    const make = setting.op === "transposed" ? stampAxis : windowAxis;
    return make(n, setting.kernel[i], setting.stride[i], setting.dilation[i], rule);
  }

  /* Why an axis has no output, or null. */
  function trouble(setting, { n, span: reach, before, after, padded, out }, name) {
    const most = Math.max(before, after);
    if (setting.op === "transposed") {
      return out > 0 ? null : `Cropping leaves no cell of the ${name}. Crop less or make the stride larger.`;
    }
    if (setting.mode === "reflect" && most >= n && most > 0) {
      return `Mirroring ${most} cells needs more than ${most} cells of ${name}. There are ${n}.`;
    }
    if (setting.mode === "wrap" && most > n) return `Wrapping around ${most} cells of ${name} needs as many. There are ${n}.`;
    if (out > 0) return null;
    return `The window spans ${reach} cells of ${name}, but the padded input has only ${padded}. Make the input or the padding larger, or the window smaller.`;
  }

  /* Both axes, and in words why there is no output where there is none. */
  function geometry(setting) {
    const [rows, columns] = [axis(setting, 0), axis(setting, 1)];
    const error = trouble(setting, rows, "the height") || trouble(setting, columns, "the width");
    return { rows, columns, error };
  }

  /* Which cell of the input a place repeats, along one axis of n cells; -1 where it repeats none. */
  function source(place, n, mode) {
    if (place >= 0 && place < n) return place;
    if (mode === "edge") return Math.min(Math.max(place, 0), n - 1);
    if (mode === "wrap") return ((place % n) + n) % n;
    if (mode !== "reflect") return -1;
    const period = Math.max(2 * (n - 1), 1);
    const folded = ((place % period) + period) % period;
    return Math.min(folded, period - folded);
  }

  /* What stands at a place: its value (null where padding counts for nothing), and where it was copied from. */
  function cellAt(image, setting, row, column) {
    const [height, width] = setting.size;
    const [r, c] = [source(row, height, setting.mode), source(column, width, setting.mode)];
    const padding = row < 0 || column < 0 || row >= height || column >= width;
    if (r >= 0 && c >= 0) return { row, column, padding, value: image[r][c], from: [r, c] };
    return { row, column, padding, value: setting.mode === "ignore" ? null : setting.fill, from: null };
  }

  /* The input with its padding. */
  function paddedInput(image, setting, { rows, columns } = geometry(setting)) {
    const value = (r, c) => cellAt(image, setting, r - rows.before, c - columns.before).value;
    return table(rows.padded, columns.padded, value);
  }

  /* The cells that one window reads, in row order, each with its place (i, j) in the kernel. */
  function windowCells(image, setting, { rows, columns }, row, column) {
    const [top, left] = [rows.starts[row], columns.starts[column]];
    return range(rows.k * columns.k).map((number) => {
      const [i, j] = placeOf(number, columns.k);
      return { i, j, ...cellAt(image, setting, top + i * rows.d, left + j * columns.d) };
    });
  }

  /* One number for the values of a pooling window; null for a window of nothing. */
  function pooled(kind, values) {
    if (!values.length) return null;
    if (kind.endsWith("max")) return Math.max(...values);
    if (kind.endsWith("avg")) return sum(values) / values.length;
    return kind === "min" ? Math.min(...values) : Math.sqrt(sum(values.map((v) => v * v)));
  }

  const real = (cells) => cells.filter((cell) => cell.value !== null);

  /* One cell of the output of a convolution or pooling. */
  function outputCell(image, kernel, setting, shape, row, column) {
    const cells = windowCells(image, setting, shape, row, column);
    if (setting.op === "pool") return pooled(setting.kind, real(cells).map((cell) => cell.value));
    return sum(cells.map((cell) => cell.value * kernel[cell.i][cell.j]));
  }

  /* Stamps of the first `stamps` cells of the input (all, if not given), added up and cropped. */
  function stamped(image, kernel, { rows, columns }, stamps = Infinity) {
    const out = table(rows.out, columns.out, () => 0);
    image.forEach((line, r) => line.forEach((value, c) => {
      if (r * columns.n + c >= stamps) return;
      kernel.forEach((weights, i) => weights.forEach((weight, j) => {
        const [row, column] = [rows.starts[r] + i * rows.d, columns.starts[c] + j * columns.d];
        if (out[row] !== undefined && out[row][column] !== undefined) out[row][column] += value * weight;
      }));
    }));
    return out;
  }

  /* The whole output; the kernel is not used by a pooling. */
  function output(image, kernel, setting, shape = geometry(setting)) {
    if (setting.op === "transposed") return stamped(image, kernel, shape);
    return table(shape.rows.out, shape.columns.out, (r, c) => outputCell(image, kernel, setting, shape, r, c));
  }

  /* Which cells of the input stamp on a cell of the output, and with which weight (i, j). */
  function stampsOn({ rows, columns }, row, column) {
    const along = ({ starts, k, d }, place) =>
      starts.flatMap((start, cell) => range(k).filter((i) => start + i * d === place).map((i) => [cell, i]));
    return along(rows, row).flatMap(([r, i]) => along(columns, column).map(([c, j]) => ({ row: r, column: c, i, j })));
  }

  /* Which cells of the output use a cell of the input, and with which weight (i, j). A pixel is also used where padding
   * holds its copy; a cell of the padding stands for itself, and is not used where padding does not count. */
  function usedBy(setting, { rows, columns }, row, column) {
    const pixel = row >= 0 && column >= 0 && row < rows.n && column < columns.n;
    if (!pixel && setting.mode === "ignore") return [];
    const along = ({ n, k, d, starts }, place) => {
      if (setting.op === "transposed") return range(k).map((i) => [starts[place] + i * d, i]);
      const meets = (at) => (pixel ? source(at, n, setting.mode) : at) === place;
      return starts.flatMap((start, cell) => range(k).filter((i) => meets(start + i * d)).map((i) => [cell, i]));
    };
    const inside = ({ out }) => ([cell]) => cell >= 0 && cell < out;
    const [down, right] = [along(rows, row).filter(inside(rows)), along(columns, column).filter(inside(columns))];
    return down.flatMap(([r, i]) => right.map(([c, j]) => ({ row: r, column: c, i, j })));
  }

  /* How many windows read each cell along one axis; with a mode, its copies in the padding count for it. */
  function countsAlong({ n, k, d, starts }, mode) {
    const counts = range(n).map(() => 0);
    for (const start of starts) {
      for (const i of range(k)) {
        const place = source(start + i * d, n, mode);
        if (place >= 0) counts[place] += 1;
      }
    }
    return counts;
  }

  /* How many windows read each cell of the input. */
  function readCounts({ rows, columns }, mode = "constant") {
    const [down, right] = [countsAlong(rows, mode), countsAlong(columns, mode)];
    return table(rows.n, columns.n, (r, c) => down[r] * right[c]);
  }

  /* How many stamps of a transposed convolution hit each cell of the output. */
  const stampCounts = (shape) =>
    table(shape.rows.out, shape.columns.out, (r, c) => stampsOn(shape, r, c).length);

  /* Where the gradient of an output cell goes: the cells its value comes from, each with the factor that it gets. `from`
   * is the pixel behind a cell, or null: the gradient of padding that is no copy is lost. At a tie the first cell wins. */
  function gradientParts(image, kernel, setting, shape, row, column) {
    if (setting.op === "transposed") {
      return stampsOn(shape, row, column).map((hit) => ({ ...hit, from: [hit.row, hit.column], value: image[hit.row][hit.column], factor: kernel[hit.i][hit.j] }));
    }
    const cells = windowCells(image, setting, shape, row, column);
    if (setting.op === "conv") return cells.map((cell) => ({ ...cell, factor: kernel[cell.i][cell.j] }));
    const counted = real(cells);
    const value = pooled(setting.kind, counted.map((cell) => cell.value));
    const winner = counted.find((cell) => cell.value === value);
    const factor = (cell) => {
      if (setting.kind.endsWith("avg")) return 1 / counted.length;
      return setting.kind === "l2" ? value && cell.value / value : Number(cell === winner);
    };
    return counted.map((cell) => ({ ...cell, factor: factor(cell) }));
  }

  /* Which cells of the output send gradient to a pixel, each with the factor. */
  function sendersOf(image, kernel, setting, shape, row, column) {
    const cells = table(shape.rows.out, shape.columns.out, (r, c) => gradientParts(image, kernel, setting, shape, r, c)
      .filter(({ from, factor }) => factor !== 0 && from && from[0] === row && from[1] === column)
      .map(({ factor }) => ({ row: r, column: c, factor })));
    return cells.flat(2);
  }

  /* The gradients of the input and of the kernel, from the first `cells` cells of the output (all, if not given). */
  function backward(image, kernel, setting, gradient, shape = geometry(setting), cells = Infinity) {
    const { rows, columns } = shape;
    const result = { input: table(rows.n, columns.n, () => 0), kernel: table(rows.k, columns.k, () => 0) };
    gradient.forEach((line, r) => line.forEach((value, c) => {
      if (r * columns.out + c >= cells) return;
      for (const part of gradientParts(image, kernel, setting, shape, r, c)) {
        if (part.from) result.input[part.from[0]][part.from[1]] += value * part.factor;
        result.kernel[part.i][part.j] += value * part.value;
      }
    }));
    return result;
  }

  /* What each plane of the input adds to one plane of the output; filters are [out][in][i][j]. A pooling takes each plane
   * by itself. */
  const planeParts = (planes, filter, setting, shape = geometry(setting), stamps = Infinity) => planes.map((plane, number) =>
    (setting.op === "transposed" ? stamped(plane, filter[number], shape, stamps) : output(plane, filter?.[number], setting, shape)));

  /* All planes of the output. */
  function outputPlanes(planes, filters, setting, shape = geometry(setting)) {
    if (setting.op === "pool") return planeParts(planes, null, setting, shape);
    return filters.map((filter) => planeParts(planes, filter, setting, shape)
      .reduce((total, part) => total.map((line, r) => line.map((value, c) => value + part[r][c]))));
  }

  /* Maps of layers that follow each other, each { setting, rows, columns, error }; it ends with the first that has none. */
  function chain(size, layers) {
    const maps = [];
    for (const layer of layers) {
      const setting = { ...layer, size };
      const shape = geometry(setting);
      maps.push({ setting, ...shape });
      if (shape.error) break;
      size = [shape.rows.out, shape.columns.out];
    }
    return maps;
  }

  /* Along one axis: on how many ways each place of a layer's input leads to places of its output with so many ways. Places
   * outside are padding. */
  function waysBack({ k, d, starts }, ways) {
    const result = new Map();
    for (const [place, count] of ways) {
      for (const i of range(k)) {
        const at = starts[place] + i * d;
        result.set(at, (result.get(at) ?? 0) + count);
      }
    }
    return result;
  }

  /* The receptive field of a cell of the last map, in each map from the input on: along each axis the places that it
   * reaches, padding included, with the number of ways (`down`, `right`). Padding leads no further. */
  function fieldOf(maps, row, column) {
    const along = (name, place) => maps.reduceRight((fields, map) => {
      const inside = [...fields[0]].filter(([at]) => at >= 0 && at < map[name].out);
      return [waysBack(map[name], inside), ...fields];
    }, [new Map([[place, 1]])]);
    const [down, right] = [along("rows", row), along("columns", column)];
    return down.map((ways, i) => ({ down: ways, right: right[i] }));
  }

  /* The other way: the cells of the maps after it that depend on a cell, with the number of ways. */
  function reachOf(maps, row, column) {
    const along = (name, start) => maps.reduce((reach, map) => {
      const { k, d, starts } = map[name];
      const before = reach.at(-1);
      const ways = starts.map((from, cell) => [cell, range(k).reduce((count, i) => count + (before.get(from + i * d) ?? 0), 0)]);
      return [...reach, new Map(ways.filter(([, count]) => count > 0))];
    }, [new Map([[start, 1]])]);
    const [down, right] = [along("rows", row), along("columns", column)];
    return down.map((ways, i) => ({ down: ways, right: right[i] }));
  }

  /* Size and step of the receptive field along one axis after each layer: r grows by (span - 1) steps, the step by s. */
  function fieldSizes(axes) {
    let [size, step] = [1, 1];
    return axes.map(({ span: reach, s }) => {
      size += (reach - 1) * step;
      step *= s;
      return { size, step };
    });
  }

  /* Parameters, multiply-adds and bytes (float32) of the layer with so many channels, for one image. */
  function costs(setting, { channels: [cin, cout], bias }, { rows, columns } = geometry(setting)) {
    const weights = rows.k * columns.k * cin * cout;
    const filters = setting.op === "pool" ? cin : cout;
    const positions = setting.op === "transposed" ? rows.n * columns.n : rows.out * columns.out;
    const inside = sum(countsAlong(rows)) * sum(countsAlong(columns)) * cin * cout;
    const pool = setting.op === "pool";
    return {
      parameters: pool ? 0 : weights + (bias ? cout : 0),
      multiplyAdds: pool ? 0 : positions * weights,
      onPadding: setting.op === "conv" ? positions * weights - inside : 0,
      bytes: {
        input: 4 * rows.n * columns.n * cin,
        weights: pool ? 0 : 4 * (weights + (bias ? cout : 0)),
        output: 4 * rows.out * columns.out * filters,
      },
    };
  }

  return {
    range, table, placeOf, span, ceilExtra, kerasCrop, sides, geometry, cellAt, paddedInput, windowCells, pooled, outputCell, stamped, output,
    stampsOn, usedBy, readCounts, stampCounts, costs, isGlobal,
    gradientParts, sendersOf, backward, planeParts, outputPlanes, chain, fieldOf, reachOf, fieldSizes,
  };
})();

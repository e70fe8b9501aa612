/* The views with many maps: the planes of a layer, and layers that follow each other. Models for drawing.js, as in models.js:
 * a view gives panes { key, group (its place in the drawing), title, model, choose(r, c), point(at), now (the step is about
 * it alone of its group) }. Nothing here touches the page.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.views = (() => {
  const { arithmetic: A, state: S, models: M, words: W } = globalThis.Explorer;
  const { classes, place } = M;

  /* ---------------------------------------------------------------- planes */

  const planesOut = (state) => Math.min(state.channels[state.op === "pool" ? 0 : 1], S.DRAWN);

  /* What a step of the view of channels is about: the plane of the output and the window or stamp; the planes and filters
   * that are drawn, what it reads of them, and what each plane adds. */
  function planeView(view) {
    const { state, shape } = view;
    const { rows, columns } = shape;
    const positions = state.op === "transposed" ? rows.n * columns.n : rows.out * columns.out;
    const [plane, number] = A.placeOf(view.at, positions);
    const [planes, filters] = [S.planes(state), S.filters(state)];
    const pool = state.op === "pool";
    const stamps = state.all ? Infinity : number + 1;
    const one = (p) => ({ ...view, image: planes[p], kernel: pool ? null : filters[plane][p], at: number, counts: null, from: null, peek: null });
    const inputs = planes.map((_, p) => one(p)).map((each) => ({ ...each, read: view.open ? M.readCells(each) : [] }));
    const totals = A.outputPlanes(planes, filters, state, shape);
    const parts = A.planeParts(planes, pool ? null : filters[plane], state, shape, stamps);
    return { planes, filters, plane, number, positions, pool, stamps, inputs, totals, parts };
  }

  function channels(view) {
    const { state, shape, open } = view;
    const here = planeView(view);
    const used = (p) => !here.pool || p === here.plane;
    const panes = here.inputs.map((each, p) => ({
      key: `input ${p}`, group: 0, title: `Input, plane ${p}`, now: here.pool && used(p),
      model: { ...M.input(used(p) ? each : { ...each, read: [] }), label: `Input, plane ${p}` },
    }));
    if (!open) return panes;
    if (!here.pool) {
      here.inputs.forEach((each, p) => panes.push({
        key: `kernel ${p}`, group: 1, title: `Filter ${here.plane}, plane ${p}`,
        model: { ...M.kernel(each), label: `Filter ${here.plane}, plane ${p}` },
      }));
    }
    here.totals.forEach((_, f) => panes.push({
      key: `output ${f}`, group: 2, title: `Output, plane ${f}`, now: f === here.plane,
      model: planeModel(view, here, f), choose: state.op === "transposed" ? null : (r, c) => f * here.positions + r * shape.columns.out + c,
    }));
    return panes;
  }

  /* One plane of the output, as far as it is filled in. */
  function planeModel({ state, shape: { rows, columns } }, here, f) {
    const transposed = state.op === "transposed";
    const partial = transposed && f === here.plane ? here.parts.reduce((total, part) => total.map((line, r) => line.map((v, c) => v + part[r][c]))) : here.totals[f];
    const [row, column] = A.placeOf(here.number, transposed ? columns.n : columns.out);
    const done = (r, c) => state.all || f < here.plane || (f === here.plane && (transposed || r * columns.out + c <= here.number));
    const cell = (r, c) => {
      const text = done(r, c) ? W.num(partial[r][c]) : "";
      const now = !transposed && f === here.plane && r === row && c === column;
      return { text, kind: classes("result", now && "current", !text && "blank"), label: `output plane ${f}, ${place(r, c)}: ${text || "not computed yet"}` };
    };
    const box = transposed ? M.stampFrame(rows, columns, row, column) : { row, column, height: 1, width: 1 };
    return { label: `Output, plane ${f}`, rows: rows.out, columns: columns.out, cell, frame: f === here.plane ? box : null };
  }

  /* ---------------------------------------------------------------- layers */

  /* The cell whose receptive field is drawn: the one pointed at, in any map, or the chosen one of the last map. Map 0 is the
   * input. */
  function focusOf({ state, shape: { maps, columns }, over }) {
    return over ?? { map: maps.length, at: A.placeOf(state.at, columns.out) };
  }

  /* In each map the cells that belong to the cell in focus: before it those that it depends on, after it those that depend
   * on it, as ways along rows and columns. */
  function related(view) {
    const { map, at } = focusOf(view);
    const { maps } = view.shape;
    return [...A.fieldOf(maps.slice(0, map), ...at), ...A.reachOf(maps.slice(map), ...at).slice(1)];
  }

  function layers(view) {
    const { state, shape: { maps }, open } = view;
    const { map: focus, at } = focusOf(view);
    const ways = open ? related(view) : [];
    const sizes = [state.size, ...maps.map(({ rows, columns }) => [rows.out, columns.out])];
    return sizes.slice(0, open ? sizes.length : 1).map((size, map) => ({
      key: `map ${map}`, group: map, title: `${map ? W.layerName(map, state.layers[map - 1]) : "Input"}: ${W.by(size)}`,
      model: mapModel(size, ways[map], map === focus ? at : null, map), map,
      choose: map === maps.length ? (r, c) => r * size[1] + c : null,
    }));
  }

  /* One map: how many ways lead from each cell to the cell in focus, or back. */
  function mapModel([rows, columns], ways, chosen, map) {
    const count = (r, c) => (ways ? (ways.down.get(r) ?? 0) * (ways.right.get(c) ?? 0) : 0);
    const most = ways ? Math.max(...ways.down.values()) * Math.max(...ways.right.values()) : 1;
    const name = map ? `map ${map}` : "input";
    const cell = (r, c) => {
      const many = count(r, c);
      const here = chosen && chosen[0] === r && chosen[1] === c;
      return {
        text: many && !here ? String(many) : "", heat: many / most, kind: classes(map ? "result" : "real", many > 0 && "counted", here && "current read"),
        label: `${name} ${place(r, c)}${here ? ", the chosen cell" : many ? `, ${W.plural(many, "way")}` : ""}`,
      };
    };
    return { label: map ? `Map ${map}` : "Input", rows, columns, cell, current: chosen ?? undefined, frame: ways && frameOf(ways, rows, columns) };
  }

  /* The part of a map that belongs to the cell in focus, as far as it lies in the map. */
  function frameOf({ down, right }, rows, columns) {
    const inside = (ways, n) => [...ways.keys()].filter((at) => at >= 0 && at < n);
    const [r, c] = [inside(down, rows), inside(right, columns)];
    if (!r.length || !c.length) return null;
    const [top, left] = [Math.min(...r), Math.min(...c)];
    return { row: top, column: left, height: Math.max(...r) - top + 1, width: Math.max(...c) - left + 1 };
  }

  return { planesOut, planeView, focusOf, related, channels, layers };
})();

/* Below the figure: the formula with its numbers, two rules of padding side by side, the costs. */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.panels = (() => {
  const { arithmetic: A, state: S, words: W, drawing: D } = globalThis.Explorer;
  const { html } = D;
  const SMALL = 22, LARGE = 30; // pixels of a cell in a picture: of an input, of an output
  const SAMES = { same: "TensorFlow's “same”", half: "Symmetric" };
  const KERAS = "Keras does not allow a stride and a dilation above 1 in one layer. The arithmetic is defined all the same.";

  const LAYERS = "A layer with kernel k adds (k − 1) steps of the map before it to the receptive field, with dilation d(k − 1). Its stride multiplies the step.";

  const name = (text) => html("p", { class: "explorer-name" }, text);
  const scroll = (picture) => html("div", { class: "explorer-scroll" }, picture);

  function formula(body, state, shape) {
    if (state.view === "layers") {
      body.replaceChildren(layerTable(state, shape), html("p", {}, LAYERS));
      return;
    }
    const axes = W.formulas(state, shape).map(({ name: axis, lines, note }) => html("div", {}, name(axis),
      ...lines.map((line) => html("div", { class: "explorer-formula" }, D.formula(line))), html("p", {}, note)));
    const clash = state.op === "conv" && Math.max(...state.stride) > 1 && Math.max(...state.dilation) > 1;
    body.replaceChildren(...axes, clash ? html("p", { class: "explorer-aside" }, KERAS) : "");
    Course.reachable(body.querySelectorAll(".explorer-formula"), () => "Formula");
  }

  /* Map, receptive field and step after each layer. */
  function layerTable(state, shape) {
    const line = ([what, ...values]) => html("tr", {}, html("th", { scope: "row" }, what), ...values.map((value) => html("td", {}, value)));
    const head = ["layer", "map", "receptive field", "step"].map((text) => html("th", { scope: "col" }, text));
    return html("table", {}, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...W.layerRows(state, shape).map(line)));
  }

  function costs(body, state, shape) {
    const rows = W.costRows(state, shape, A.costs(state, state, shape));
    const line = ([what, how, value]) => html("tr", {}, html("th", { scope: "row" }, what), html("td", {}, how), html("td", {}, value));
    const head = html("tr", {}, html("td", {}), html("th", { scope: "col" }, "how"), html("th", { scope: "col" }, "one image"));
    body.lastChild.replaceChildren(html("thead", {}, head), html("tbody", {}, ...rows.map(line)));
  }

  /* The same input under TensorFlow's rule and the symmetric one. */
  function compare(body, state) {
    if (A.isGlobal(state)) {
      body.replaceChildren(html("p", {}, "Global pooling covers the whole input, so there is nothing to pad."));
      return;
    }
    const results = Object.keys(SAMES).map((padding) => {
      const setting = { ...state, padding };
      const shape = A.geometry(setting);
      return { setting, shape, out: shape.error ? [] : A.output(S.image(state), S.kernel(state), setting, shape) };
    });
    const sentence = results.some(({ shape }) => shape.error) ? "" : W.differenceWords(results[0].out, results[1].out);
    const sides = Object.values(SAMES).map((title, i) => side(title, results[i], results[1 - i].out));
    body.replaceChildren(html("p", {}, html("strong", {}, sentence), " ", W.compareHelp(state)), html("div", { class: "explorer-sides" }, ...sides));
    Course.reachable(body.querySelectorAll(".explorer-scroll"), () => "Picture");
  }

  function side(title, { setting, shape, out }, other) {
    if (shape.error) return html("div", {}, name(title), html("p", {}, shape.error));
    const transposed = setting.op === "transposed";
    return html("div", { class: "explorer-side" }, name(title), html("p", {}, `${transposed ? "Crops" : "Adds"} ${W.sides(shape)}.`),
      transposed ? "" : scroll(paddedPicture(setting, shape)),
      html("p", { class: "explorer-small" }, `Output ${W.outSize(shape)}`), scroll(outputPicture(title, shape, out, other)));
  }

  function outputPicture(title, { rows, columns }, out, other) {
    const alike = other.length === out.length && other[0]?.length === out[0]?.length;
    const kind = (r, c) => (alike && other[r][c] !== out[r][c] ? "result differs" : "result");
    return D.picture({
      label: `${title}, output: ${out.map((row) => row.map(W.num).join(" ")).join("; ")}`,
      rows: rows.out, columns: columns.out, side: LARGE, cell: (r, c) => ({ text: W.num(out[r][c]), kind: kind(r, c) }),
    });
  }

  /* The padded input, with a circle in the centre of each window. */
  function paddedPicture(setting, shape) {
    const { rows, columns } = shape;
    const values = A.paddedInput(S.image(setting), setting, shape);
    const within = ({ before, n }, place) => place >= before && place < before + n;
    const centres = ({ starts, before, span }) => starts.map((start) => start + before + span / 2);
    return D.picture({
      label: `Padded input: ${W.sides(shape)}. Windows start at ${W.listed(columns.starts.map(W.num))} from left to right.`,
      rows: rows.padded, columns: columns.padded, side: SMALL,
      cell: (r, c) => ({ text: values[r][c] === null ? "" : W.num(values[r][c]), kind: within(rows, r) && within(columns, c) ? "real" : "padding" }),
      circles: centres(rows).flatMap((r) => centres(columns).map((c) => [r, c])),
    });
  }

  return { formula, compare, costs };
})();

/* The settings: fields that change the figure's state and follow it. */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.controls = (() => {
  const { arithmetic: A, state: S, words: W, drawing: { html } } = globalThis.Explorer;
  const { LIMITS } = S;
  const PIXELS = { mixed: "mixed", counting: "counting up", ones: "all ones", edge: "an edge", point: "a single 1", negative: "all negative" };
  const WEIGHTS = {
    edge: "vertical edges", counting: "counting up", ones: "all ones", blur: "blur", sharpen: "sharpen", centre: "centre only",
  };
  const FILLS = { constant: "a constant", reflect: "reflect", edge: "edge", wrap: "wrap" };
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  const clone = (value) => structuredClone(value);
  let numbered = 0;

  function button(label, action, attributes = {}) {
    return html("button", { type: "button", class: "explorer-button", ...attributes, click: action }, label);
  }

  /* A whole number with buttons for the pointer; the keyboard has the arrow keys of the field itself. */
  function number(figure, label, [min, max], get, set, wide = "") {
    const id = `explorer-field-${(numbered += 1)}`;
    const input = html("input", { id, type: "number", min, max, step: 1, inputmode: "numeric" });
    const valid = () => input.value !== "" && Number.isInteger(Number(input.value)) && input.value >= min && input.value <= max;
    const take = () => {
      input.setAttribute("aria-invalid", String(!valid()));
      if (valid()) set(Number(input.value));
      else if (input.value !== "") figure.say(`${label} must be a whole number from ${min} to ${max}.`);
    };
    input.addEventListener("input", take);
    input.addEventListener("blur", () => { input.value = get(); input.setAttribute("aria-invalid", "false"); });
    const nudge = (by) => button(by < 0 ? "−" : "+", () => set(clamp(get() + by, min, max)),
      { class: "explorer-button explorer-nudge", tabindex: -1, "aria-hidden": "true" });
    figure.follow(() => {
      if (document.activeElement !== input || Number(input.value) !== get()) input.value = get();
    });
    return html("div", { class: `explorer-number ${wide}` }, html("label", { for: id }, label),
      html("span", { class: "explorer-nudges" }, nudge(-1), input, nudge(1)));
  }

  /* A choice among options() = { value: text }, which may depend on the state. */
  function choice(figure, label, options, get, set) {
    const id = `explorer-field-${(numbered += 1)}`;
    const select = html("select", { id, change: () => set(select.value) });
    figure.follow(() => {
      const wanted = Object.entries(options());
      if (select.options.length !== wanted.length || wanted.some(([value], i) => select.options[i].value !== value)) {
        select.replaceChildren(...wanted.map(([value, text]) => html("option", { value }, text)));
      }
      select.value = get();
    });
    return html("div", { class: "explorer-choice" }, html("label", { for: id }, label), select);
  }

  /* A check box whose label may depend on the state. */
  function check(figure, label, on, change) {
    const input = html("input", { type: "checkbox", change: () => change(input.checked) });
    const text = html("span", {});
    figure.follow(() => {
      input.checked = on();
      text.textContent = label();
    });
    return html("label", { class: "explorer-check" }, input, text);
  }

  function fieldset(figure, legend, when, ...children) {
    const name = html("legend", {});
    const set = html("fieldset", {}, name, ...children);
    figure.follow(() => {
      set.hidden = !when();
      name.textContent = legend();
    });
    return set;
  }

  /* Show an element only when something holds. */
  function only(figure, element, when) {
    figure.follow(() => { element.hidden = !when(); });
    return element;
  }

  /* The list with another value at one place. */
  const replaced = (list, at, value) => list.map((old, i) => (i === at ? value : old));

  /* Numbers for both axes of one part of the state. */
  const both = (figure, name, labels) => labels.map((label, i) => number(figure, label, LIMITS[name],
    () => figure.state[name][i], (value) => figure.change({ [name]: replaced(figure.state[name], i, value) }, undefined, `${name} ${i}`)));

  /* Patterns of numbers to choose from; numbers that were typed in are an option only while they are there. */
  function pattern(figure, label, name, names) {
    const own = () => Array.isArray(figure.state[name]);
    return choice(figure, label, () => ({ ...names, ...(own() ? { own: "own numbers" } : {}) }),
      () => (own() ? "own" : figure.state[name]), (value) => value !== "own" && figure.change({ [name]: value }));
  }

  /* One of a few, all visible. */
  function radios(figure, legend, options, get, set, look) {
    const group = `explorer-group-${(numbered += 1)}`;
    const labels = Object.entries(options).map(([value, label]) => {
      const input = html("input", { type: "radio", name: group, value, change: () => set(value) });
      figure.follow(() => { input.checked = get() === value; });
      return html("label", {}, input, html("span", {}, label));
    });
    return html("fieldset", { class: `explorer-radios ${look}` }, html("legend", {}, legend), ...labels);
  }

  const operation = (figure) => radios(figure, "Operation", W.OPS, () => figure.state.op, (op) => figure.operate(op), "operation");

  const views = (figure) => radios(figure, "View", W.VIEWS, () => figure.state.view, (view) => figure.change({ view }), "views");

  /* The settings of layers that follow each other. */
  function layerFields(figure) {
    const { layers: first } = S.DEFAULTS;
    const count = () => figure.state.layers.length;
    const fields = A.range(S.LAYERS[1]).map((i) => {
      const now = () => figure.state.layers[i] ?? first[0];
      const set = (changes, what) => {
        const { op, kernel: [k], stride: [s], dilation: [d], padding: rule } = now();
        const next = { op, k, s, d, rule, ...changes };
        figure.change({ layers: replaced(figure.state.layers, i, S.layer(next.op, next.k, next.s, next.d, next.rule)) }, undefined, what && `layer ${i} ${what}`);
      };
      const size = (label, name, key) => number(figure, label, LIMITS[name], () => now()[name][0], (value) => set({ [key]: value }, key));
      return fieldset(figure, () => `Layer ${i + 1}`, () => figure.state.view === "layers" && i < count(),
        choice(figure, "Operation", () => ({ conv: "Convolution", pool: "Pooling" }), () => now().op, (op) => set({ op })),
        size("Kernel", "kernel", "k"), size("Stride", "stride", "s"), size("Dilation", "dilation", "d"),
        choice(figure, "Padding", () => W.RULES, () => now().padding, (rule) => set({ rule })));
    });
    const more = button("Add a layer", () => count() < S.LAYERS[1] && figure.change({ layers: [...figure.state.layers, clone(first[2])] }));
    const less = button("Remove the last layer", () => count() > S.LAYERS[0] && figure.change({ layers: figure.state.layers.slice(0, -1) }));
    figure.follow(() => {
      more.setAttribute("aria-disabled", String(count() >= S.LAYERS[1]));
      less.setAttribute("aria-disabled", String(count() <= S.LAYERS[0]));
    });
    return [...fields, only(figure, html("div", { class: "explorer-costfields" }, more, less), () => figure.state.view === "layers")];
  }

  function windowFields(figure) {
    const single = () => figure.state.view !== "layers";
    const local = () => single() && !A.isGlobal(figure.state);
    const pool = () => single() && figure.state.op === "pool";
    const kind = choice(figure, "Takes", () => W.KINDS, () => figure.state.kind, (value) => figure.change({ kind: value }));
    const weights = only(figure, pattern(figure, "Weights", "weights", WEIGHTS), () => !pool());
    const dilation = number(figure, "Dilation", LIMITS.dilation, () => figure.state.dilation[0], (d) => figure.change({ dilation: [d, d] }, undefined, "dilation"), "wide");
    return [
      fieldset(figure, () => "Pooling", pool, kind),
      fieldset(figure, () => (pool() ? "Window" : "Kernel"), local, ...both(figure, "kernel", ["Height", "Width"]), weights),
      fieldset(figure, () => "Stride", local, ...both(figure, "stride", ["Down", "Right"]), dilation),
    ];
  }

  function paddingFields(figure) {
    const padding = () => figure.state.padding;
    const transposed = () => figure.state.op === "transposed";
    const list = () => Array.isArray(padding());
    const each = () => list() && (figure.eachSide || padding().some((p) => p !== padding()[0]));
    const rules = () => ({ ...W.RULES, number: "a number", sides: "a number for each side" });
    const rule = choice(figure, "How much", rules, () => (each() ? "sides" : list() ? "number" : padding()), (value) => figure.pad(value));
    const one = number(figure, "Each side", LIMITS.padding, () => (list() ? padding()[0] : 0), (p) => figure.change({ padding: [p, p, p, p] }, undefined, "padding"), "wide");
    const four = ["Top", "Bottom", "Left", "Right"].map((label, i) => only(figure, number(figure, label, LIMITS.padding,
      () => (list() ? padding()[i] : 0), (p) => figure.change({ padding: replaced(padding(), i, p) }, undefined, `padding ${i}`)), each));
    const legend = () => (transposed() ? "Padding (here it crops the output)" : "Padding");
    return fieldset(figure, legend, () => figure.state.view !== "layers" && !A.isGlobal(figure.state), rule, only(figure, one, () => list() && !each()), ...four,
      ...modeFields(figure, transposed));
  }

  function modeFields(figure, transposed) {
    const modes = () => (figure.state.op === "pool" ? { ignore: "not counted", ...FILLS } : FILLS);
    const mode = choice(figure, "Filled with", modes, () => figure.state.mode, (value) => figure.change({ mode: value }));
    const fill = number(figure, "Constant", [-99, 99], () => figure.state.fill, (value) => figure.change({ fill: value }, undefined, "fill"), "wide");
    return [only(figure, mode, () => !transposed()), only(figure, fill, () => !transposed() && figure.state.mode === "constant")];
  }

  /* All settings; they fold into one line that says them. */
  function settings(figure, open) {
    const summary = html("summary", {});
    figure.follow(() => summary.replaceChildren(html("span", { class: "explorer-lead" }, "Settings: "), W.summary(figure.state)));
    const input = fieldset(figure, () => "Input", () => true, ...both(figure, "size", ["Height", "Width"]),
      only(figure, pattern(figure, "Pixels", "input", PIXELS), () => figure.state.view !== "layers")); // there the numbers don't matter
    const planes = fieldset(figure, () => "Planes", () => figure.state.view === "channels", ...channels(figure));
    const sent = fieldset(figure, () => "Gradient of the output", () => figure.state.view === "backward", pattern(figure, "Values", "gradient", PIXELS));
    return html("details", { class: "explorer-settings", open }, summary, only(figure, operation(figure), () => figure.state.view !== "layers"),
      html("div", { class: "explorer-fields" }, planes, sent, input, ...windowFields(figure), paddingFields(figure), ...layerFields(figure)));
  }

  /* How many windows or stamps cover the cells, to be seen or not. */
  function counts(figure) {
    const label = () => (figure.state.op === "transposed" ? "how many stamps cover each cell" : "how many windows cover each pixel");
    const copies = check(figure, () => "count copies in the padding too", () => figure.state.counts === "copies",
      (on) => figure.show({ counts: on ? "copies" : "direct" }));
    return [
      only(figure, check(figure, label, () => figure.state.counts !== "off", (on) => figure.show({ counts: on ? "direct" : "off" })), () => figure.state.view === "forward"),
      only(figure, copies, () => figure.state.counts !== "off" && figure.copied),
    ];
  }

  /* Channels and bias: they change what a layer costs, and no cell that is drawn. */
  function channels(figure) {
    const pool = () => figure.state.op === "pool";
    const [cin, cout] = ["Channels in", "Channels out"].map((label, i) => number(figure, label, LIMITS.channels,
      () => figure.state.channels[i], (value) => figure.recount({ channels: replaced(figure.state.channels, i, value) }), "wide"));
    const bias = check(figure, () => "bias", () => figure.state.bias, (on) => figure.recount({ bias: on }));
    return [cin, only(figure, cout, () => !pool()), only(figure, bias, () => !pool())];
  }

  /* The layer as a line of a framework: written here, and taken from here with Enter or on leaving the field. */
  function codeField(figure, key, label, example) {
    const id = `explorer-field-${(numbered += 1)}`;
    const [note, error] = [html("p", { class: "explorer-small" }), html("p", { class: "explorer-refused", role: "alert" })];
    const input = html("textarea", { id, rows: 1, spellcheck: "false", enterkeyhint: "done", autocapitalize: "off", autocomplete: "off", placeholder: example });
    let shown = ""; // what stands in the field without the reader's doing
    let told = null; // what was said about the line that was read, while the state is its own
    const take = () => {
      if (input.value === shown || !input.value.trim()) return;
      const found = globalThis.Explorer.code.read(input.value, figure.state);
      input.setAttribute("aria-invalid", String(Boolean(found.error)));
      error.textContent = found.error ?? "";
      if (found.error) return;
      shown = input.value;
      figure.change({ ...found.changes, question: "" });
      told = { state: S.format(figure.state), notes: found.notes };
      figure.draw();
    };
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      take();
    });
    input.addEventListener("change", take);
    input.addEventListener("blur", () => !error.textContent && figure.draw());
    figure.follow(() => {
      if (figure.shape.error || figure.state.view === "layers") return;
      const { code, notes } = globalThis.Explorer.code.write(figure.state)[key];
      const own = told?.state === S.format({ ...figure.state, at: 0, all: false });
      if (document.activeElement !== input) {
        input.value = shown = code;
        error.textContent = "";
        input.setAttribute("aria-invalid", "false");
      }
      note.textContent = (own && told.notes.length ? told.notes : notes).join(" ");
    });
    return html("div", { class: "explorer-codeline" }, html("label", { for: id }, label), input, error, note);
  }

  const code = (figure) => [codeField(figure, "keras", "Keras", "MaxPooling2D(2)"), codeField(figure, "torch", "PyTorch", "nn.MaxPool2d(2)")];

  return { button, views, code, settings, counts, channels, clamp };
})();

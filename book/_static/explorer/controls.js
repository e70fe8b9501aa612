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
    () => figure.state[name][i], (value) => figure.change({ [name]: replaced(figure.state[name], i, value) })));

  /* Patterns of numbers to choose from; numbers that were typed in are an option only while they are there. */
  function pattern(figure, label, name, names) {
    const own = () => Array.isArray(figure.state[name]);
    return choice(figure, label, () => ({ ...names, ...(own() ? { own: "own numbers" } : {}) }),
      () => (own() ? "own" : figure.state[name]), (value) => value !== "own" && figure.change({ [name]: value }));
  }

  function operation(figure) {
    const group = `explorer-operation-${(numbered += 1)}`;
    const radios = Object.entries(W.OPS).map(([op, label]) => {
      const input = html("input", { type: "radio", name: group, value: op, change: () => figure.operate(op) });
      figure.follow(() => { input.checked = figure.state.op === op; });
      return html("label", {}, input, html("span", {}, label));
    });
    return html("fieldset", { class: "explorer-operation" }, html("legend", {}, "Operation"), ...radios);
  }

  function windowFields(figure) {
    const local = () => !A.isGlobal(figure.state);
    const pool = () => figure.state.op === "pool";
    const kind = choice(figure, "Takes", () => W.KINDS, () => figure.state.kind, (value) => figure.change({ kind: value }));
    const weights = only(figure, pattern(figure, "Weights", "weights", WEIGHTS), () => !pool());
    const dilation = number(figure, "Dilation", LIMITS.dilation, () => figure.state.dilation[0], (d) => figure.change({ dilation: [d, d] }), "wide");
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
    const one = number(figure, "Each side", LIMITS.padding, () => (list() ? padding()[0] : 0), (p) => figure.change({ padding: [p, p, p, p] }), "wide");
    const four = ["Top", "Bottom", "Left", "Right"].map((label, i) => only(figure, number(figure, label, LIMITS.padding,
      () => (list() ? padding()[i] : 0), (p) => figure.change({ padding: replaced(padding(), i, p) })), each));
    const legend = () => (transposed() ? "Padding (here it crops the output)" : "Padding");
    return fieldset(figure, legend, () => !A.isGlobal(figure.state), rule, only(figure, one, () => list() && !each()), ...four,
      ...modeFields(figure, transposed));
  }

  function modeFields(figure, transposed) {
    const modes = () => (figure.state.op === "pool" ? { ignore: "not counted", ...FILLS } : FILLS);
    const mode = choice(figure, "Filled with", modes, () => figure.state.mode, (value) => figure.change({ mode: value }));
    const fill = number(figure, "Constant", [-99, 99], () => figure.state.fill, (value) => figure.change({ fill: value }), "wide");
    return [only(figure, mode, () => !transposed()), only(figure, fill, () => !transposed() && figure.state.mode === "constant")];
  }

  /* All settings; they fold into one line that says them. */
  function settings(figure, open) {
    const summary = html("summary", {});
    figure.follow(() => summary.replaceChildren(html("span", { class: "explorer-lead" }, "Settings: "), W.summary(figure.state)));
    const input = fieldset(figure, () => "Input", () => true, ...both(figure, "size", ["Height", "Width"]), pattern(figure, "Pixels", "input", PIXELS));
    return html("details", { class: "explorer-settings", open }, summary, operation(figure),
      html("div", { class: "explorer-fields" }, input, ...windowFields(figure), paddingFields(figure)));
  }

  /* How many windows or stamps cover the cells, to be seen or not. */
  function counts(figure) {
    const label = () => (figure.state.op === "transposed" ? "how many stamps cover each cell" : "how many windows cover each pixel");
    const copies = check(figure, () => "count copies in the padding too", () => figure.state.counts === "copies",
      (on) => figure.show({ counts: on ? "copies" : "direct" }));
    return [
      check(figure, label, () => figure.state.counts !== "off", (on) => figure.show({ counts: on ? "direct" : "off" })),
      only(figure, copies, () => figure.state.counts !== "off" && figure.copied),
    ];
  }

  /* Channels and bias: they change what a layer costs, and no cell that is drawn. */
  function channels(figure) {
    const pool = () => figure.state.op === "pool";
    const [cin, cout] = ["Channels in", "Channels out"].map((label, i) => number(figure, label, LIMITS.channels,
      () => figure.state.channels[i], (value) => figure.recount({ channels: replaced(figure.state.channels, i, value) }), "wide"));
    const bias = check(figure, () => "bias", () => figure.state.bias, (on) => figure.recount({ bias: on }));
    return html("div", { class: "explorer-costfields" }, cin, only(figure, cout, () => !pool()), only(figure, bias, () => !pool()));
  }

  return { button, settings, counts, channels, clamp };
})();

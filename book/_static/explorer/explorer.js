/* The interactive figure: one state, controls that change it, and a drawing that follows from it.
 *
 * A place for it is <div class="explorer" data-link="op=conv&…" data-presets="id id" data-page="…/explorer.html">.
 */
"use strict";

(() => {
  const { arithmetic: A, state: S, words: W, presets: PRESETS, drawing: D } = globalThis.Explorer;
  const { html } = D;
  const SIDE = { most: 44, least: 24, beside: 30, below: 26, spare: 8 }; // pixels of a cell; smaller than `beside`, the input stands above
  const GAP = 40; // pixels between two grids
  const PLAY = { all: 20000, fastest: 150, slowest: 900 }; // milliseconds: the whole run, and a step of it
  const LARGEST = 32; // cells of a side that can still be looked at
  const { LIMITS } = S;

  const clone = (value) => structuredClone(value);
  const same = (values) => values.every((value) => value === values[0]);
  const clamp = (value, low, high) => Math.min(Math.max(value, low), high);
  let numbered = 0;

  class Figure {
    constructor(place) {
      this.place = place;
      this.initial = S.parse(place.dataset.link || "").state;
      this.state = clone(this.initial);
      this.widgets = []; // functions that bring a control up to the state
      this.build();
      this.restore();
      addEventListener("popstate", () => this.restore());
      new ResizeObserver(() => this.draw()).observe(this.stage);
    }

    /* ---------------------------------------------------------------- state */

    /* Take the state from the address; an address that means something else brings back the first one. */
    restore() {
      this.pause();
      const found = S.fromHash(location.hash);
      this.state = clone(found ? found.state : this.initial);
      this.note.textContent = found?.problems.length ? W.problemWords(found.problems) : "";
      this.sides = undefined;
      this.peek = null;
      this.seen = 0;
      this.announce("");
      if (found && !this.shown) this.place.scrollIntoView({ block: "start" });
      this.shown = true;
    }

    /* Change the setting: a new entry of the history. */
    change(changes, said) {
      this.pause();
      Object.assign(this.state, { at: 0, all: false }, changes);
      this.seen = changes.at === undefined ? 0 : this.seen;
      if (changes.size) this.state.input = S.resized(this.state.input, S.INPUTS, changes.size);
      if (changes.kernel) this.state.weights = S.resized(this.state.weights, S.KERNELS, changes.kernel);
      this.peek = null;
      this.note.textContent = "";
      this.remember("pushState");
      this.announce(said ?? (this.shape.error ? "" : `Output ${W.outSize(this.shape)}.`));
    }

    /* Change what is shown of it: the same entry. */
    show(changes) {
      Object.assign(this.state, changes);
      this.peek = null;
      if (!this.timer) this.remember("replaceState");
      this.announce("");
    }

    /* Put the state into the address. A browser may refuse (too many at once); the figure works all the same. */
    remember(how) {
      const hash = S.toHash(this.state);
      try {
        if (hash !== location.hash) history[how](null, "", hash);
      } catch { /* the address stays behind */ }
    }

    get shape() {
      const shape = A.geometry(this.state);
      const largest = Math.max(...[shape.rows, shape.columns].flatMap(({ out, padded }) => [out, padded ?? 0]));
      if (largest > LARGEST) shape.error ||= `A side of ${largest} cells is too large to draw; ${LARGEST} is the most. Make the input, the padding or the stride smaller.`;
      return shape;
    }

    get steps() {
      const { rows, columns, error } = this.shape;
      if (error) return 0;
      return this.state.op === "transposed" ? rows.n * columns.n : rows.out * columns.out;
    }

    get preset() {
      return PRESETS.find(({ id }) => id === this.state.question);
    }

    /* ---------------------------------------------------------------- steps */

    step(to) {
      this.show({ at: clamp(to, 0, Math.max(this.steps - 1, 0)) });
    }

    start() {
      this.pause();
      this.seen = 0;
      this.show({ at: 0, all: false });
    }

    showAll() {
      this.pause();
      this.show({ all: true });
    }

    toggle() {
      if (this.timer) return this.pause();
      const last = this.steps - 1;
      if (this.state.all || this.state.at >= last) this.start();
      this.timer = setInterval(() => this.tick(), clamp(PLAY.all / this.steps, PLAY.fastest, PLAY.slowest));
      this.status.setAttribute("aria-live", "off"); // a sentence a step would never be read to its end
      this.draw();
    }

    tick() {
      if (this.state.at < this.steps - 1) this.step(this.state.at + 1);
      if (this.state.at >= this.steps - 1) this.pause();
    }

    pause() {
      if (!this.timer) return;
      clearInterval(this.timer);
      this.timer = null;
      this.status.setAttribute("aria-live", "polite");
      this.remember("replaceState");
      this.announce(this.state.at >= this.steps - 1 ? "Finished." : "Paused.");
    }

    /* Draw, and say in words what is seen now. */
    announce(opening) {
      this.opening = opening;
      this.draw();
    }

    /* ---------------------------------------------------------------- building */

    build() {
      const fallback = [...this.place.childNodes];
      this.note = html("p", { class: "explorer-note", role: "alert" });
      this.stage = this.buildStage();
      this.status = html("div", { class: "explorer-status", role: "status", "aria-atomic": "true", "aria-live": "polite" });
      this.place.replaceChildren(...fallback.filter((node) => node.nodeType === 1 && node.matches(".explorer-title")),
        this.note, html("div", { class: "explorer-body" },
          html("div", { class: "explorer-top" }, this.buildPresets(), this.buildQuestion()), this.buildSettings(),
          html("div", { class: "explorer-main" }, this.stage, this.buildSteps(), this.status, this.buildPanels(), this.buildShare())));
      this.place.classList.add("ready");
    }

    button(label, action, attributes = {}) {
      return html("button", { type: "button", class: "explorer-button", ...attributes, click: action }, label);
    }

    buildPresets() {
      const wanted = (this.place.dataset.presets || "").split(" ").filter(Boolean);
      const chosen = wanted.length ? wanted.map((id) => PRESETS.find((preset) => preset.id === id)) : PRESETS;
      const buttons = chosen.filter(Boolean).map((preset) => {
        const button = this.button(preset.label, () => this.ask(preset), { class: "explorer-preset" });
        this.widgets.push(() => button.setAttribute("aria-pressed", String(this.preset === preset)));
        return html("li", {}, button);
      });
      const list = html("ul", {}, ...buttons);
      if (wanted.length) return html("div", { class: "explorer-presets" }, html("span", { class: "explorer-lead" }, "Predict first:"), list);
      return html("details", { class: "explorer-presets" },
        html("summary", {}, html("span", { class: "explorer-lead" }, "Predict first: "), `${buttons.length} questions, each with an answer`), list);
    }

    buildQuestion() {
      this.question = html("div", { class: "explorer-question", role: "group", "aria-label": "Your prediction", tabindex: -1 });
      return this.question;
    }

    buildStage() {
      this.grids = {
        input: new D.Grid({ onEdit: (r, c, text) => this.edit("input", r, c, text) }),
        kernel: new D.Grid({ onEdit: (r, c, text) => this.edit("weights", r, c, text) }),
        window: new D.Grid({}),
        output: new D.Grid({ onMove: (r, c) => this.pick(r, c) }),
      };
      this.titles = {};
      this.panes = {};
      const pane = (name) => {
        this.titles[name] = html("p", { class: "explorer-name" });
        this.panes[name] = html("div", { class: `explorer-pane ${name}` }, this.titles[name], this.grids[name].element);
        return this.panes[name];
      };
      const sign = (text) => html("span", { class: "explorer-sign", "aria-hidden": "true" }, text);
      this.hidden = html("p", { class: "explorer-hidden" }, "?");
      this.trouble = html("p", { class: "explorer-trouble", role: "alert" });
      this.signs = [sign("∗"), sign("=")];
      const stage = html("div", { class: "explorer-stage" }, pane("input"), this.signs[0],
        html("div", { class: "explorer-pair" }, pane("kernel"), pane("window"), this.signs[1], pane("output")));
      this.panes.output.append(this.hidden, this.trouble);
      return stage;
    }

    buildSteps() {
      const last = () => this.steps - 1;
      const buttons = {
        start: this.button("Start", () => this.start()),
        back: this.button("Back", () => { this.pause(); this.step(this.state.at - 1); }),
        step: this.button("Step", () => { this.pause(); this.step(this.state.at + 1); }, { class: "explorer-button main" }),
        play: this.button("Play", () => this.toggle()),
        all: this.button("Show all", () => this.showAll()),
      };
      // A disabled button would lose the focus, so the ends are marked and do nothing.
      this.widgets.push(() => {
        const { at, all } = this.state;
        const off = { start: at === 0 && !all, back: at === 0, step: at >= last(), play: this.steps < 2, all: all || at >= last() };
        for (const [name, button] of Object.entries(buttons)) button.setAttribute("aria-disabled", String(off[name]));
        buttons.play.textContent = this.timer ? "Pause" : "Play";
      });
      this.stepRow = html("div", { class: "explorer-steps", role: "group", "aria-label": "Steps" }, ...Object.values(buttons), ...this.buildCounts());
      return this.stepRow;
    }

    buildCounts() {
      const box = (label, on, change) => {
        const input = html("input", { type: "checkbox", change: () => change(input.checked) });
        const element = html("label", { class: "explorer-check" }, input, html("span", {}));
        this.widgets.push(() => {
          input.checked = on();
          element.lastChild.textContent = label();
        });
        return element;
      };
      const counted = () => (this.state.op === "transposed" ? "how often each cell is written" : "how often each pixel is read");
      const copies = box(() => "count copies in the padding too", () => this.state.counts === "copies",
        (on) => this.show({ counts: on ? "copies" : "direct" }));
      this.widgets.push(() => { copies.hidden = this.state.counts === "off" || !this.copied(); });
      return [box(counted, () => this.state.counts !== "off", (on) => this.show({ counts: on ? "direct" : "off" })), copies];
    }

    /* Whether padded cells are copies of pixels. */
    copied() {
      return this.state.op !== "transposed" && ["reflect", "edge", "wrap"].includes(this.state.mode);
    }

    /* ---------------------------------------------------------------- settings */

    buildSettings() {
      const summary = html("summary", {});
      this.widgets.push(() => summary.replaceChildren(html("span", { class: "explorer-lead" }, "Settings: "), W.summary(this.state)));
      const wide = this.place.dataset.presets === undefined && matchMedia("(min-width: 720px)").matches;
      return html("details", { class: "explorer-settings", open: wide }, summary,
        this.operationField(), html("div", { class: "explorer-fields" }, ...this.inputFields(), ...this.windowFields(), ...this.paddingFields()));
    }

    fieldset(legend, when, ...children) {
      const name = html("legend", {});
      const set = html("fieldset", {}, name, ...children);
      this.widgets.push(() => {
        set.hidden = !when();
        name.textContent = legend();
      });
      return set;
    }

    /* A whole number with buttons for the pointer; the keyboard has the arrow keys of the field itself. */
    number(label, limits, get, set, wide) {
      const id = `explorer-field-${(numbered += 1)}`;
      const [min, max] = limits;
      const input = html("input", { id, type: "number", min, max, step: 1, inputmode: "numeric" });
      const take = () => {
        const value = Number(input.value);
        const right = input.value !== "" && Number.isInteger(value) && value >= min && value <= max;
        input.setAttribute("aria-invalid", String(!right));
        if (right) set(value);
        else if (input.value !== "") this.say(`${label} must be a whole number from ${min} to ${max}.`);
      };
      input.addEventListener("input", take);
      input.addEventListener("blur", () => { input.value = get(); input.setAttribute("aria-invalid", "false"); });
      const nudge = (by) => this.button(by < 0 ? "−" : "+", () => set(clamp(get() + by, min, max)),
        { class: "explorer-button explorer-nudge", tabindex: -1, "aria-hidden": "true" });
      this.widgets.push(() => {
        if (document.activeElement !== input || Number(input.value) !== get()) input.value = get();
      });
      return html("div", { class: `explorer-number${wide ? " wide" : ""}` }, html("label", { for: id }, label),
        html("span", { class: "explorer-nudges" }, nudge(-1), input, nudge(1)));
    }

    choice(label, options, get, set) {
      const id = `explorer-field-${(numbered += 1)}`;
      const select = html("select", { id, change: () => set(select.value) });
      this.widgets.push(() => {
        const wanted = options();
        if (select.dataset.options !== Object.keys(wanted).join()) {
          select.replaceChildren(...Object.entries(wanted).map(([value, text]) => html("option", { value }, text)));
          select.dataset.options = Object.keys(wanted).join();
        }
        select.value = get();
      });
      return html("div", { class: "explorer-choice" }, html("label", { for: id }, label), select);
    }

    /* Numbers for both axes of one part of the state. */
    both(name, labels, limits = LIMITS[name]) {
      return labels.map((label, i) => this.number(label, limits, () => this.state[name][i], (value) => {
        this.change({ [name]: this.state[name].map((old, j) => (j === i ? value : old)) });
      }));
    }

    operationField() {
      const radios = Object.entries(W.OPS).map(([op, label]) => {
        const input = html("input", { type: "radio", name: `explorer-op-${numbered}`, value: op, change: () => this.operate(op) });
        this.widgets.push(() => { input.checked = this.state.op === op; });
        return html("label", {}, input, html("span", {}, label));
      });
      numbered += 1;
      return html("fieldset", { class: "explorer-operation" }, html("legend", {}, "Operation"), ...radios);
    }

    /* Another operation begins with the values usual for it. */
    operate(op) {
      this.sides = undefined;
      this.change({ op, ...clone(S.STARTS[op]), question: "" });
    }

    inputFields() {
      const own = () => (Array.isArray(this.state.input) ? { own: "own numbers" } : {});
      const names = { mixed: "mixed", counting: "counting up", ones: "all ones", edge: "an edge", point: "a single 1", negative: "all negative" };
      return [this.fieldset(() => "Input", () => true, ...this.both("size", ["Height", "Width"]),
        this.choice("Pixels", () => ({ ...names, ...own() }), () => (Array.isArray(this.state.input) ? "own" : this.state.input),
          (input) => input !== "own" && this.change({ input })))];
    }

    windowFields() {
      const local = () => !A.isGlobal(this.state);
      const weighted = () => this.state.op !== "pool";
      const own = () => (Array.isArray(this.state.weights) ? { own: "own numbers" } : {});
      const names = { edge: "vertical edges", counting: "counting up", ones: "all ones", blur: "blur", sharpen: "sharpen", centre: "centre only" };
      const weights = this.choice("Weights", () => ({ ...names, ...own() }), () => (Array.isArray(this.state.weights) ? "own" : this.state.weights),
        (chosen) => chosen !== "own" && this.change({ weights: chosen }));
      this.widgets.push(() => { weights.hidden = !weighted(); });
      const kind = this.choice("Takes", () => W.KINDS, () => this.state.kind, (value) => this.change({ kind: value }));
      const dilation = this.number("Dilation", LIMITS.dilation, () => this.state.dilation[0], (d) => this.change({ dilation: [d, d] }), true);
      return [
        this.fieldset(() => "Pooling", () => !weighted(), kind),
        this.fieldset(() => (weighted() ? "Kernel" : "Window"), local, ...this.both("kernel", ["Height", "Width"]), weights),
        this.fieldset(() => "Stride", local, ...this.both("stride", ["Down", "Right"]), dilation),
      ];
    }

    paddingFields() {
      const transposed = () => this.state.op === "transposed";
      const list = () => Array.isArray(this.state.padding);
      const each = () => list() && (this.sides || !same(this.state.padding));
      const rules = () => ({ ...W.RULES, number: "a number", sides: "a number for each side" });
      const rule = this.choice("How much", rules, () => (each() ? "sides" : list() ? "number" : this.state.padding), (value) => this.pad(value));
      const amount = this.number("Each side", LIMITS.padding, () => (list() ? this.state.padding[0] : 0), (p) => this.change({ padding: [p, p, p, p] }), true);
      const four = ["Top", "Bottom", "Left", "Right"].map((label, i) => this.number(label, LIMITS.padding,
        () => (list() ? this.state.padding[i] : 0),
        (p) => this.change({ padding: this.state.padding.map((old, j) => (j === i ? p : old)) })));
      this.widgets.push(() => {
        amount.hidden = !list() || each();
        for (const side of four) side.hidden = !each();
      });
      return [this.fieldset(() => (transposed() ? "Padding (here it crops the output)" : "Padding"), () => !A.isGlobal(this.state), rule, amount, ...four,
        ...this.modeFields(transposed))];
    }

    modeFields(transposed) {
      const names = { constant: "a constant", reflect: "reflect", edge: "edge", wrap: "wrap" };
      const modes = () => (this.state.op === "pool" ? { ignore: "not counted", ...names } : names);
      const mode = this.choice("Filled with", modes, () => this.state.mode, (value) => this.change({ mode: value }));
      const fill = this.number("Constant", [-99, 99], () => this.state.fill, (value) => this.change({ fill: value }), true);
      this.widgets.push(() => {
        mode.hidden = transposed();
        fill.hidden = transposed() || this.state.mode !== "constant";
      });
      return [mode, fill];
    }

    /* Choose a rule of padding; numbers begin with what the rule before came to. */
    pad(rule) {
      const { rows, columns } = this.shape;
      const now = [rows.before, rows.after, columns.before, columns.after].map((p) => clamp(p, ...LIMITS.padding));
      this.sides = rule === "sides";
      if (rule === "sides") return this.change({ padding: now });
      return this.change({ padding: rule === "number" ? Array(4).fill(Math.max(now[0], 1)) : rule });
    }

    /* A number typed into a cell. */
    edit(name, row, column, text) {
      const value = S.number(text);
      if (value === undefined) {
        this.say(`“${text.slice(0, 20)}” is not a number from −9999 to 9999 with at most three decimals. The cell stays as it was.`);
        return;
      }
      const { at, all } = this.state;
      const numbers = clone(name === "input" ? S.image(this.state) : S.kernel(this.state));
      numbers[row][column] = value;
      this.change({ [name]: numbers, at, all }, `The cell is now ${W.num(value)}.`);
    }

    /* A cell of the output was chosen: its window, or the stamps that meet in it. */
    pick(row, column) {
      this.pause();
      if (this.state.op !== "transposed") return this.step(row * this.shape.columns.out + column);
      this.peek = [row, column];
      this.announce("");
    }

    /* ---------------------------------------------------------------- questions */

    ask(preset) {
      this.sides = undefined;
      const { state } = S.parse(preset.link);
      this.state = clone({ ...S.DEFAULTS, ...state });
      this.answered = null;
      this.change({ question: preset.id }, "");
      this.question.focus({ preventScroll: false });
    }

    answer(preset, choice) {
      this.answered = { preset, choice };
      if (preset.open) this.panels[preset.open].open = true;
      this.change({ question: "", all: true });
      this.question.focus({ preventScroll: true });
    }

    /* The question, then whether the answer was right and why. */
    drawQuestion() {
      const preset = this.preset;
      if (preset) this.answered = null;
      const shown = preset ? preset.id : this.answered ? `${this.answered.preset.id} ${this.answered.choice}` : "";
      if (shown === this.questionShown) return;
      this.questionShown = shown;
      this.question.hidden = !shown;
      this.question.replaceChildren(...(preset ? this.asked(preset) : this.answered ? this.told(this.answered) : []));
    }

    asked(preset) {
      return [html("p", {}, preset.question), html("div", { class: "explorer-choices" },
        ...preset.choices.map((choice) => this.button(choice, () => this.answer(preset, choice))),
        this.button("Show me", () => this.answer(preset, null), { class: "explorer-button quiet" }))];
    }

    told({ preset, choice }) {
      const right = preset.right(S.parse(preset.link).state);
      const verdict = choice === null ? `The answer: ${right}.` : choice === right ? `✓ Yes: ${right}.` : `✗ Not ${choice}, but: ${right}.`;
      const kind = choice === null ? "" : choice === right ? "right" : "wrong";
      return [html("p", {}, preset.question), html("p", {}, html("strong", { class: kind }, verdict), " ", preset.because)];
    }

    /* ---------------------------------------------------------------- panels */

    buildPanels() {
      const panel = (name, title, open) => {
        const body = html("div", { class: `explorer-panel ${name}` });
        const element = html("details", { open, toggle: () => element.open && this.drawPanel(name) }, html("summary", {}, title), body);
        element.body = body;
        return element;
      };
      this.panels = {
        formula: panel("formula", "The formula with these numbers", true),
        compare: panel("compare", "TensorFlow's “same” and symmetric padding, side by side", false),
        costs: panel("costs", "What it costs: parameters, multiply-adds, bytes", false),
      };
      this.costBody = html("tbody", {});
      this.panels.costs.body.append(this.costFields(), html("table", {},
        html("thead", {}, html("tr", {}, ...["", "how", "one image"].map((text) => html(text ? "th" : "td", text ? { scope: "col" } : {}, text)))), this.costBody));
      this.panelBox = html("div", { class: "explorer-panels" }, ...Object.values(this.panels));
      return this.panelBox;
    }

    costFields() {
      const bias = html("input", { type: "checkbox", change: () => this.recount({ bias: bias.checked }) });
      const channels = ["Channels in", "Channels out"].map((label, i) => this.number(label, LIMITS.channels, () => this.state.channels[i],
        (value) => this.recount({ channels: this.state.channels.map((old, j) => (j === i ? value : old)) }), true));
      const check = html("label", { class: "explorer-check" }, bias, html("span", {}, "bias"));
      this.widgets.push(() => {
        bias.checked = this.state.bias;
        check.hidden = channels[1].hidden = this.state.op === "pool";
      });
      return html("div", { class: "explorer-costfields" }, ...channels, check);
    }

    /* Channels and bias change no cell that is drawn. */
    recount(changes) {
      this.show(changes);
      const { parameters, multiplyAdds } = A.costs(this.state, this.state);
      this.say(`${parameters} parameters, ${multiplyAdds} multiply-adds.`);
    }

    drawPanel(name) {
      if (!this.panels[name].open || this.shape.error || this.preset) return;
      ({ formula: () => this.drawFormula(), compare: () => this.drawCompare(), costs: () => this.drawCosts() })[name]();
    }

    drawFormula() {
      const axes = W.formulas(this.state, this.shape).map(({ name, lines, note }) => html("div", {}, html("p", { class: "explorer-name" }, name),
        ...lines.map((line) => html("div", { class: "explorer-formula" }, D.formula(line))), html("p", {}, note)));
      const clash = Math.max(...this.state.stride) > 1 && Math.max(...this.state.dilation) > 1 && this.state.op !== "pool";
      const warning = clash ? [html("p", { class: "explorer-aside" }, "Keras refuses a stride and a dilation above 1 in one layer. The arithmetic is defined all the same.")] : [];
      this.panels.formula.body.replaceChildren(...axes, ...warning);
      D.reachable(this.panels.formula.body, ".explorer-formula", "Formula");
    }

    drawCosts() {
      const rows = W.costRows(this.state, this.shape, A.costs(this.state, this.state));
      this.costBody.replaceChildren(...rows.map(([name, how, value]) =>
        html("tr", {}, html("th", { scope: "row" }, name), html("td", {}, how), html("td", {}, value))));
    }

    /* TensorFlow's rule and the symmetric one on the same input. */
    drawCompare() {
      const { body } = this.panels.compare;
      if (A.isGlobal(this.state)) return body.replaceChildren(html("p", {}, "Global pooling takes the whole input: there is nothing to pad."));
      const rules = { same: "TensorFlow's “same”", half: "Symmetric" };
      const results = Object.keys(rules).map((padding) => {
        const setting = { ...this.state, padding };
        const shape = A.geometry(setting);
        return { setting, shape, out: shape.error ? [] : A.output(S.image(setting), S.kernel(setting), setting, shape) };
      });
      const sentence = results.some(({ shape }) => shape.error) ? "" : W.differenceWords(results[0].out, results[1].out);
      body.replaceChildren(html("p", {}, html("strong", {}, sentence), " ", this.compareHelp()),
        html("div", { class: "explorer-sides" }, ...results.map((result, i) => this.side(Object.values(rules)[i], result, results[1 - i]))));
      D.reachable(body, ".explorer-scroll", "Picture");
    }

    compareHelp() {
      if (this.state.op === "transposed") return "Both crop the output. TensorFlow crops to n · s cells, the symmetric rule ⌊d(k − 1) / 2⌋ cells at each side.";
      return "The symmetric rule, padding = k // 2 in other frameworks for odd k, puts ⌊d(k − 1) / 2⌋ cells on each side. Circles mark the centres of the windows; a thick frame marks values that differ.";
    }

    side(title, { setting, shape, out }, other) {
      if (shape.error) return html("div", {}, html("p", { class: "explorer-name" }, title), html("p", {}, shape.error));
      const { rows, columns } = shape;
      const sizes = `${rows.before} top, ${rows.after} bottom, ${columns.before} left, ${columns.after} right`;
      const parts = setting.op === "transposed" ? [] : [this.sideInput(setting, shape, sizes)];
      const alike = other.out.length === out.length && other.out[0]?.length === out[0]?.length;
      const result = D.picture({
        label: `${title}, output: ${out.map((row) => row.map(W.num).join(" ")).join("; ")}`, rows: rows.out, columns: columns.out, side: 30,
        cell: (r, c) => ({ text: W.num(out[r][c]), kind: alike && other.out[r][c] !== out[r][c] ? "result differs" : "result" }),
      });
      return html("div", { class: "explorer-side" }, html("p", { class: "explorer-name" }, title), html("p", {}, `${setting.op === "transposed" ? "Crops" : "Adds"} ${sizes}.`),
        ...parts, html("p", { class: "explorer-small" }, `Output ${W.outSize(shape)}`), html("div", { class: "explorer-scroll" }, result));
    }

    sideInput(setting, { rows, columns }, sizes) {
      const padded = A.padded(S.image(setting), setting, { rows, columns });
      const inside = (r, c) => r >= rows.before && c >= columns.before && r < rows.before + rows.n && c < columns.before + columns.n;
      const centres = (axis) => axis.starts.map((start) => start + axis.before + axis.span / 2);
      const drawn = D.picture({
        label: `Padded input: ${sizes}. Windows start at ${W.listed(columns.starts.map(W.num))} from left to right.`,
        rows: rows.padded, columns: columns.padded, side: 22,
        cell: (r, c) => ({ text: W.num(padded[r][c]), kind: inside(r, c) ? "real" : "padding" }),
        dots: centres(rows).flatMap((r) => centres(columns).map((c) => [r, c])),
      });
      return html("div", { class: "explorer-scroll" }, drawn);
    }

    /* ---------------------------------------------------------------- sharing */

    buildShare() {
      const said = html("span", { role: "status" });
      const field = html("input", { type: "text", readonly: true, "aria-label": "Link to this state", class: "explorer-link", hidden: true });
      const copy = async () => {
        const address = location.href.split("#")[0] + S.toHash(this.state);
        try {
          await navigator.clipboard.writeText(address);
          said.textContent = "The link is copied.";
        } catch { // no clipboard without https, or it is refused: show the link instead
          Object.assign(field, { value: address, hidden: false });
          field.focus();
          field.select();
          said.textContent = "Copy the link from the field.";
        }
      };
      const row = html("div", { class: "explorer-share" }, this.button("Copy link to this state", copy), this.button("Reset", () => this.reset()));
      if (this.place.dataset.page) {
        const link = html("a", {}, "Open on a page of its own");
        this.widgets.push(() => { link.href = this.place.dataset.page + S.toHash(this.state); });
        row.append(link);
      }
      row.append(said, field);
      return row;
    }

    reset() {
      this.state = clone(this.initial);
      this.answered = null;
      this.sides = undefined;
      this.change({}, "Back to the start.");
    }

    /* ---------------------------------------------------------------- drawing */

    draw() {
      if (!this.stage.isConnected) return;
      const shape = this.shape;
      this.state.at = clamp(this.state.at, 0, Math.max(this.steps - 1, 0));
      for (const bring of this.widgets) bring();
      this.drawQuestion();
      const veiled = Boolean(this.preset);
      const open = !shape.error && !veiled;
      this.stepRow.hidden = this.panelBox.hidden = !open;
      this.hidden.hidden = !veiled;
      this.trouble.textContent = shape.error && !veiled ? shape.error : "";
      this.drawGrids(shape, open);
      for (const name of Object.keys(this.panels)) this.drawPanel(name);
      if (open) this.describe(shape);
      else this.tell(veiled ? [html("p", {}, "Answer the question, or choose “Show me”.")] : []);
    }

    /* Pixels of a cell, so that the grids stand beside each other where they can. */
    cellSide(widths) {
      const room = this.stage.clientWidth - SIDE.spare;
      const edge = D.MARGIN + D.LINE;
      const beside = (room - widths.length * edge - (widths.length - 1) * GAP) / widths.reduce((a, b) => a + b);
      const below = Math.min((room - edge) / widths[0], (room - 2 * edge - GAP) / (widths.slice(1).reduce((a, b) => a + b, 0) || 1));
      const alone = (room - edge) / Math.max(...widths);
      const best = beside >= SIDE.beside ? beside : below >= SIDE.below ? below : Math.min(alone, SIDE.beside);
      return Math.floor(clamp(best, SIDE.least, SIDE.most));
    }

    drawGrids(shape, open) {
      const { state } = this;
      const pool = state.op === "pool";
      const read = open ? this.readCells(shape) : [];
      this.panes.kernel.hidden = pool;
      this.panes.window.hidden = !pool || !open || A.isGlobal(state);
      this.signs[0].hidden = pool && this.panes.window.hidden;
      this.signs[0].textContent = pool ? "→" : "∗";
      this.signs[1].textContent = pool ? "→" : "=";
      const { rows, columns } = shape;
      const framed = state.op === "transposed" || shape.error ? { top: 0, left: 0, rows: rows.n, columns: columns.n }
        : { top: -rows.before, left: -columns.before, rows: rows.padded, columns: columns.padded };
      const out = Math.max(columns.out, 1);
      const side = this.cellSide([framed.columns, A.isGlobal(state) ? 0 : columns.k, shape.error ? 1 : out]);
      this.grids.input.update({ ...framed, side, ...this.inputModel(shape, read, open) });
      if (pool && open) this.grids.window.update({ side, ...this.windowModel(shape, read) });
      if (!pool) this.grids.kernel.update({ side, ...this.kernelModel(read) });
      this.grids.output.element.hidden = !open;
      this.titles.output.textContent = open ? `Output, ${W.outSize(shape)}` : "Output";
      if (open) this.grids.output.update({ side, ...this.outputModel(shape) });
    }

    /* The cells of the input that are read in this step, with their kernel cells. */
    readCells(shape) {
      const { state } = this;
      const { rows, columns } = shape;
      if (state.op !== "transposed") {
        return A.windowCells(S.image(state), state, shape, Math.floor(state.at / columns.out), state.at % columns.out);
      }
      if (this.peek) return A.stampsOn(shape, ...this.peek);
      return [{ row: Math.floor(state.at / columns.n), column: state.at % columns.n }];
    }

    counts(shape) {
      const { state } = this;
      if (state.counts === "off" || shape.error) return null;
      if (state.op === "transposed") return A.stampCounts(shape);
      return A.readCounts(shape, state.counts === "copies" && this.copied() ? state.mode : "constant");
    }

    inputModel(shape, read, open) {
      const { state } = this;
      const image = S.image(state);
      const counts = open && state.op !== "transposed" ? this.counts(shape) : null;
      const most = counts ? Math.max(...counts.flat(), 1) : 1;
      const places = new Map(read.map((cell) => [`${cell.row},${cell.column}`, cell]));
      const kernel = state.op === "pool" ? null : S.kernel(state);
      const best = this.winner(read);
      const [height, width] = state.size;
      const cell = (r, c) => {
        const value = A.cellAt(image, state, r, c);
        const hit = places.get(`${r},${c}`);
        const count = !value.padding && counts ? counts[r][c] : null;
        const name = value.padding ? `padding row ${W.num(r)}, column ${W.num(c)}` : `input row ${r}, column ${c}`;
        const kind = [value.padding ? "padding" : "real", hit ? "read" : "", hit && hit === best ? "best" : "", count === 0 ? "never" : "", counts ? "counted" : ""];
        const weight = hit && kernel && hit.i !== undefined ? kernel[hit.i][hit.j] : null;
        return {
          text: value.value === null ? "" : W.num(value.value), kind: kind.filter(Boolean).join(" "), editable: !value.padding, name,
          corner: count === null ? "" : String(count), heat: count === null ? 0 : count / most,
          foot: weight === null ? "" : `×${W.num(weight)}`,
          label: `${name}: ${value.value === null ? "not counted" : W.num(value.value)}${hit ? (weight === null ? ", read now" : `, read now, times ${W.num(weight)}`) : ""}${count === null ? "" : `, read by ${W.plural(count, "window")}`}`,
        };
      };
      this.titles.input.textContent = `Input, ${W.by(state.size)}${state.op !== "transposed" && shape.rows.padded + shape.columns.padded > height + width ? `, padded ${W.by([shape.rows.padded, shape.columns.padded])}` : ""}`;
      return { label: `Input, ${height} rows, ${width} columns; press Enter on a cell to change it`, cell, frame: this.inputFrame(shape, read) };
    }

    inputFrame({ rows, columns }, read) {
      if (!read.length) return null;
      const [first] = read;
      if (this.state.op === "transposed") return this.peek ? null : { row: first.row, column: first.column, height: 1, width: 1 };
      return { row: first.row, column: first.column, height: rows.span, width: columns.span };
    }

    /* The cell that a maximum or minimum comes from: the first in row order. */
    winner(read) {
      const { op, kind } = this.state;
      if (op !== "pool" || kind.endsWith("avg") || kind === "l2") return null;
      const counted = read.filter((cell) => cell.value !== null);
      const value = A.pooled(kind, counted.map((cell) => cell.value));
      return counted.find((cell) => cell.value === value);
    }

    kernelModel(read) {
      const { state } = this;
      const kernel = S.kernel(state);
      const used = this.peek ? new Set(read.map(({ i, j }) => `${i},${j}`)) : null;
      this.titles.kernel.textContent = `Kernel, ${W.by(state.kernel)}`;
      const cell = (r, c) => ({
        text: W.num(kernel[r][c]), kind: `weight${used?.has(`${r},${c}`) ? " read" : ""}`, editable: true,
        name: `kernel row ${r}, column ${c}`, label: `kernel row ${r}, column ${c}: ${W.num(kernel[r][c])}`,
      });
      return { label: `Kernel, ${state.kernel[0]} rows, ${state.kernel[1]} columns; press Enter on a cell to change it`, top: 0, left: 0, rows: state.kernel[0], columns: state.kernel[1], cell };
    }

    windowModel({ rows, columns }, read) {
      const best = this.winner(read);
      this.titles.window.textContent = `Window, ${W.by([rows.k, columns.k])}`;
      const cell = (r, c) => {
        const hit = read[r * columns.k + c];
        const text = hit.value === null ? "" : W.num(hit.value);
        return { text, kind: `${hit.padding ? "padding" : "real"} ${hit === best ? "read best" : ""}`, label: `window row ${r}, column ${c}: ${text || "padding, not counted"}${hit === best ? ", taken" : ""}` };
      };
      return { label: "Window read now", top: 0, left: 0, rows: rows.k, columns: columns.k, cell };
    }

    /* Whether a cell of the output is filled in already: a step back leaves it so. */
    filled(row, column) {
      this.seen = Math.max(this.seen, this.state.at);
      return this.state.all || row * this.shape.columns.out + column <= this.seen;
    }

    outputModel(shape) {
      const { state } = this;
      const { rows, columns } = shape;
      const base = { label: `Output, ${rows.out} rows, ${columns.out} columns; the arrow keys choose a cell`, top: 0, left: 0, rows: rows.out, columns: columns.out };
      if (state.op === "transposed") return { ...base, ...this.stampedModel(shape) };
      const out = A.output(S.image(state), S.kernel(state), state, shape);
      const now = [Math.floor(state.at / columns.out), state.at % columns.out];
      const cell = (r, c) => {
        const current = r === now[0] && c === now[1];
        const text = this.filled(r, c) ? W.num(out[r][c]) : "";
        return { text, kind: `result ${current ? "current" : ""} ${text ? "" : "blank"}`, label: `output row ${r}, column ${c}: ${text || "not computed yet"}` };
      };
      return { ...base, cell, current: now, frame: { row: now[0], column: now[1], height: 1, width: 1 } };
    }

    stampedModel(shape) {
      const { state } = this;
      const { rows, columns } = shape;
      const until = state.all ? Infinity : state.at + 1;
      const image = S.image(state);
      const out = A.stamped(image, S.kernel(state), shape, until);
      const hit = A.stamped(image.map((row) => row.map(() => 1)), S.kernel(state).map((row) => row.map(() => 1)), shape, until);
      const counts = this.counts(shape);
      const most = counts ? Math.max(...counts.flat(), 1) : 1;
      const [r0, c0] = [Math.floor(state.at / columns.n), state.at % columns.n];
      const onStamp = ({ starts, k, d }, index, place) => { const i = place - starts[index]; return i >= 0 && i % d === 0 && i / d < k; };
      const cell = (r, c) => {
        const text = hit[r][c] || state.all || until >= rows.n * columns.n ? W.num(out[r][c]) : "";
        const current = this.peek ? r === this.peek[0] && c === this.peek[1] : onStamp(rows, r0, r) && onStamp(columns, c0, c);
        const count = counts ? counts[r][c] : null;
        return {
          text, kind: `result ${current ? "current" : ""} ${text ? "" : "blank"} ${counts ? "counted" : ""} ${count === 0 ? "never" : ""}`,
          corner: count === null ? "" : String(count), heat: count === null ? 0 : count / most,
          label: `output row ${r}, column ${c}: ${text || "no stamp yet"}${count === null ? "" : `, hit by ${W.plural(count, "stamp")}`}`,
        };
      };
      return { cell, frame: this.peek ? { row: this.peek[0], column: this.peek[1], height: 1, width: 1 } : this.stampFrame(shape, r0, c0) };
    }

    /* The part of a stamp that lies on the output. */
    stampFrame({ rows, columns }, r, c) {
      const clip = ({ starts, span, out }, index) => [Math.max(starts[index], 0), Math.min(starts[index] + span, out)];
      const [[top, bottom], [left, right]] = [clip(rows, r), clip(columns, c)];
      return bottom > top && right > left ? { row: top, column: left, height: bottom - top, width: right - left } : null;
    }

    /* ---------------------------------------------------------------- words */

    /* What a step did, with its sum. */
    describe(shape) {
      const { state } = this;
      const counts = this.counts(shape);
      const read = this.readCells(shape);
      const sentence = this.peek ? this.peekWords(read) : state.op === "transposed" ? W.stampWords(S.image(state), shape, state.at)
        : W.windowWords(state, shape, state.at, read);
      const lines = [html("p", {}, [this.opening, sentence].filter(Boolean).join(" "))];
      const sum = this.sum(shape, read);
      if (sum) lines.push(this.sumLine(...sum));
      if (counts) lines.push(html("p", { class: "explorer-counted" }, W.countWords(state, counts)));
      this.tell(lines);
    }

    peekWords(read) {
      return `Output row ${this.peek[0]}, column ${this.peek[1]}: ${W.plural(read.length, "stamp")} of all ${read.length === 1 ? "reaches" : "reach"} it.`;
    }

    sum(shape, read) {
      const { state } = this;
      const [image, kernel] = [S.image(state), S.kernel(state)];
      if (state.op === "transposed") {
        if (!this.peek || !read.length) return null;
        return [W.stampSum(image, kernel, read), read.reduce((total, { row, column, i, j }) => total + image[row][column] * kernel[i][j], 0)];
      }
      const { columns } = shape;
      return [W.windowSum(state, kernel, read), A.outputCell(image, kernel, state, shape, Math.floor(state.at / columns.out), state.at % columns.out)];
    }

    sumLine({ before, parts, joint, after }, value) {
      if (!parts.length) return html("p", { class: "explorer-sum" }, "Every cell of this window is padding, which counts for nothing: there is no value.");
      const spans = parts.flatMap(({ text, padding, quiet }, i) =>
        [i ? joint : "", html("span", { class: `${padding ? "padding" : ""} ${quiet ? "quiet" : ""}`.trim() || undefined }, text)]);
      return html("p", { class: "explorer-sum" }, before, ...spans, after, " = ", html("strong", {}, W.num(value)));
    }

    /* Say something that the drawing does not show. */
    say(text) {
      this.tell([html("p", {}, text)]);
    }

    /* The same words again are not said again. */
    tell(lines) {
      const text = lines.map((line) => line.textContent).join("\n");
      if (text !== this.said) this.status.replaceChildren(...lines);
      this.said = text;
    }
  }

  for (const place of document.querySelectorAll("div.explorer")) place.figure = new Figure(place);
})();

/* The interactive figure: one state, controls that change it, and a drawing that follows from it.
 *
 * A place for it is <div class="explorer" data-link="op=conv&…" data-presets="id id" data-page="…/explorer.html">.
 */
"use strict";

(() => {
  const { arithmetic: A, state: S, words: W, presets: PRESETS, models: M, panels: P, controls: C, drawing: D } = globalThis.Explorer;
  const { html } = D;
  const { button, clamp } = C;
  const SIDE = { most: 44, least: 24, beside: 30, below: 26, spare: 8 }; // pixels of a cell; below `beside`, the input stands above
  const GAP = 40; // pixels between two grids
  const LARGEST = 32; // cells of a side that can still be looked at
  const PLAY = { all: 20000, fastest: 150, slowest: 900 }; // milliseconds: the whole run, and a step of it
  const clone = (value) => structuredClone(value);

  class Figure {
    constructor(place) {
      this.place = place;
      this.questionShown = null;
      this.followers = []; // functions that bring a control up to the state
      this.initial = S.parse(place.dataset.link || "").state;
      this.state = clone(this.initial);
    }

    begin() {
      this.build();
      this.restore();
      addEventListener("popstate", () => this.restore());
      new ResizeObserver(() => this.draw()).observe(this.stage);
    }

    follow(bring) {
      this.followers.push(bring);
    }

    /* ---------------------------------------------------------------- state */

    /* Take the state from the address; an address that means something else brings back the first one. */
    restore() {
      this.pause();
      const found = S.fromHash(location.hash);
      this.state = clone(found ? found.state : this.initial);
      this.note.textContent = found?.problems.length ? W.problemWords(found.problems) : "";
      this.eachSide = false;
      this.fresh(0, "");
      if (found && !this.shown) this.place.scrollIntoView({ block: "start" });
      this.shown = true;
    }

    /* Change the setting: a new entry of the history. */
    change(changes, opening) {
      this.pause();
      Object.assign(this.state, { at: 0, all: false }, changes);
      if (changes.size) this.state.input = S.resized(this.state.input, S.INPUTS, changes.size);
      if (changes.kernel) this.state.weights = S.resized(this.state.weights, S.KERNELS, changes.kernel);
      this.note.textContent = "";
      this.remember("pushState");
      this.fresh(changes.at === undefined ? 0 : this.seen, opening ?? (this.shape.error ? "" : `Output ${W.outSize(this.shape)}.`));
    }

    /* Change what is shown of it: the same entry. */
    show(changes) {
      Object.assign(this.state, changes);
      if (!this.timer) this.remember("replaceState");
      this.fresh(this.seen, "");
    }

    /* Draw anew, with the steps seen so far, and say what is seen now. */
    fresh(seen, opening) {
      this.peek = null;
      this.seen = seen;
      this.opening = opening;
      this.draw();
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
      const tooLarge = `A side of ${largest} cells is too large to draw; ${LARGEST} is the most. Make the input, the padding or the stride smaller.`;
      return { ...shape, error: shape.error || (largest > LARGEST ? tooLarge : null) };
    }

    get steps() {
      const { rows, columns, error } = this.shape;
      if (error) return 0;
      return this.state.op === "transposed" ? rows.n * columns.n : rows.out * columns.out;
    }

    get preset() {
      return PRESETS.find(({ id }) => id === this.state.question);
    }

    /* Whether padded cells are copies of pixels. */
    get copied() {
      return this.state.op !== "transposed" && ["reflect", "edge", "wrap"].includes(this.state.mode);
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

    toggle() {
      if (this.timer) {
        this.pause();
        return;
      }
      if (this.state.all || this.state.at >= this.steps - 1) this.start();
      this.timer = setInterval(() => this.tick(), clamp(PLAY.all / this.steps, PLAY.fastest, PLAY.slowest));
      this.status.setAttribute("aria-live", "off"); // a sentence a step would never be read to its end
      this.draw();
    }

    tick() {
      this.step(this.state.at + 1);
      if (this.state.at >= this.steps - 1) this.pause();
    }

    pause() {
      if (!this.timer) return;
      clearInterval(this.timer);
      this.timer = null;
      this.status.setAttribute("aria-live", "polite");
      this.remember("replaceState");
      this.fresh(this.seen, this.state.at >= this.steps - 1 ? "Finished." : "Paused.");
    }

    /* ---------------------------------------------------------------- changes that come from controls */

    /* Another operation begins with the values usual for it. */
    operate(op) {
      this.eachSide = false;
      this.change({ op, ...clone(S.STARTS[op]), question: "" });
    }

    /* Choose a rule of padding; numbers begin with what the rule before came to. */
    pad(rule) {
      const { rows, columns } = A.geometry(this.state);
      const now = [rows.before, rows.after, columns.before, columns.after].map((p) => clamp(p, ...S.LIMITS.padding));
      this.eachSide = rule === "sides";
      this.change({ padding: { sides: now, number: Array(4).fill(Math.max(now[0], 1)) }[rule] ?? rule });
    }

    /* A number typed into a cell. */
    edit(name, row, column, text) {
      const value = S.number(text);
      if (value === undefined) {
        this.say(`“${text.slice(0, 20)}” is not a number from −9999 to 9999 with at most three decimals. The cell stays as it was.`);
        return;
      }
      const numbers = clone(name === "input" ? S.image(this.state) : S.kernel(this.state));
      numbers[row][column] = value;
      const { at, all } = this.state;
      this.change({ [name]: numbers, at, all }, `The cell is now ${W.num(value)}.`);
    }

    /* A cell of the output was chosen: go to its window, or to the stamps that meet in it. */
    pick(row, column) {
      this.pause();
      if (this.state.op !== "transposed") {
        this.step(row * this.shape.columns.out + column);
        return;
      }
      this.peek = [row, column];
      this.opening = "";
      this.draw();
    }

    /* Channels and bias change no cell that is drawn. */
    recount(changes) {
      this.show(changes);
      const { parameters, multiplyAdds } = A.costs(this.state, this.state);
      this.say(`${W.plural(parameters, "parameter")}, ${multiplyAdds} multiply-adds.`);
    }

    reset() {
      this.state = clone(this.initial);
      this.answered = null;
      this.eachSide = false;
      this.change({}, "Back to the start.");
    }

    /* ---------------------------------------------------------------- building */

    build() {
      const title = this.place.querySelector(".explorer-title");
      this.note = html("p", { class: "explorer-note", role: "alert" });
      this.question = html("div", { class: "explorer-question", role: "group", "aria-label": "Your prediction", tabindex: -1, hidden: true });
      this.status = html("div", { class: "explorer-status", role: "status", "aria-atomic": "true", "aria-live": "polite" });
      this.stage = this.buildStage();
      const own = !this.place.dataset.page && matchMedia("(min-width: 720px)").matches;
      const main = html("div", { class: "explorer-main" }, this.stage, this.buildSteps(), this.status, this.buildPanels(), this.buildShare());
      const top = html("div", { class: "explorer-top" }, this.buildPresets(), this.question);
      this.place.replaceChildren(title, this.note, html("div", { class: "explorer-body" }, top, C.settings(this, own), main));
      this.place.classList.add("ready");
    }

    buildPresets() {
      const wanted = (this.place.dataset.presets || "").split(" ").filter(Boolean);
      const chosen = PRESETS.filter(({ id }) => !wanted.length || wanted.includes(id));
      const items = chosen.map((preset) => {
        const element = button(preset.label, () => this.ask(preset), { class: "explorer-preset" });
        this.follow(() => element.setAttribute("aria-pressed", String(this.preset === preset)));
        return html("li", {}, element);
      });
      const [lead, list] = [html("span", { class: "explorer-lead" }, "Predict first: "), html("ul", {}, ...items)];
      if (wanted.length) return html("div", { class: "explorer-presets" }, lead, list);
      return html("details", { class: "explorer-presets" }, html("summary", {}, lead, `${items.length} questions, each with an answer`), list);
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
      for (const [name, grid] of Object.entries(this.grids)) {
        this.titles[name] = html("p", { class: "explorer-name" });
        this.panes[name] = html("div", { class: `explorer-pane ${name}` }, this.titles[name], grid.element);
      }
      this.signs = [0, 1].map(() => html("span", { class: "explorer-sign", "aria-hidden": "true" }));
      this.veil = html("p", { class: "explorer-hidden" }, "?");
      this.trouble = html("p", { class: "explorer-trouble", role: "alert" });
      const { input, kernel, window, output } = this.panes;
      output.append(this.veil, this.trouble);
      return html("div", { class: "explorer-stage" }, input, this.signs[0], html("div", { class: "explorer-pair" }, kernel, window, this.signs[1], output));
    }

    buildSteps() {
      const by = (steps) => () => { this.pause(); this.step(this.state.at + steps); };
      const last = () => this.state.at >= this.steps - 1;
      // A disabled button would lose the focus: at an end, a button is marked and does nothing.
      const wanted = [
        ["Start", () => this.start(), () => this.state.at === 0 && !this.state.all],
        ["Back", by(-1), () => this.state.at === 0],
        ["Step", by(1), last],
        ["Play", () => this.toggle(), () => this.steps < 2],
        ["Show all", () => { this.pause(); this.show({ all: true }); }, () => this.state.all || last()],
      ];
      const buttons = wanted.map(([label, action, off]) => {
        const element = button(label, action, { class: `explorer-button ${label === "Step" ? "main" : ""}` });
        this.follow(() => {
          element.setAttribute("aria-disabled", String(off()));
          if (label === "Play") element.textContent = this.timer ? "Pause" : "Play";
        });
        return element;
      });
      this.stepRow = html("div", { class: "explorer-steps", role: "group", "aria-label": "Steps" }, ...buttons, ...C.counts(this));
      return this.stepRow;
    }

    buildPanels() {
      const panel = (name, title, open, ...children) => {
        const body = html("div", { class: `explorer-panel ${name}` }, ...children);
        const element = html("details", { open, toggle: () => this.drawPanel(name) }, html("summary", {}, title), body);
        return { name, element, body };
      };
      this.panels = [
        panel("formula", "The formula with these numbers", true),
        panel("compare", "TensorFlow's “same” and symmetric padding, side by side", false),
        panel("costs", "What it costs: parameters, multiply-adds, bytes", false, C.channels(this), html("table", {})),
      ];
      this.panelBox = html("div", { class: "explorer-panels" }, ...this.panels.map(({ element }) => element));
      return this.panelBox;
    }

    buildShare() {
      const told = html("span", { role: "status" });
      const field = html("input", { type: "text", readonly: true, "aria-label": "Link to this state", class: "explorer-link", hidden: true });
      const row = html("div", { class: "explorer-share" }, button("Copy link to this state", () => this.copy(field, told)), button("Reset", () => this.reset()));
      if (this.place.dataset.page) {
        const link = html("a", {}, "Open on a page of its own");
        this.follow(() => { link.href = this.place.dataset.page + S.toHash(this.state); });
        row.append(link);
      }
      row.append(told, field);
      return row;
    }

    /* Without https, or when the reader says no, there is no clipboard: then the link is shown instead. */
    async copy(field, told) {
      const address = location.href.split("#")[0] + S.toHash(this.state);
      try {
        await navigator.clipboard.writeText(address);
        told.textContent = "The link is copied.";
      } catch {
        Object.assign(field, { value: address, hidden: false });
        field.focus();
        field.select();
        told.textContent = "Copy the link from the field.";
      }
    }

    /* ---------------------------------------------------------------- questions */

    ask(preset) {
      this.eachSide = false;
      this.state = clone(S.parse(preset.link).state);
      this.answered = null;
      this.change({ question: preset.id }, "");
      this.question.focus();
    }

    answer(preset, choice) {
      this.answered = { preset, choice };
      for (const { name, element } of this.panels) element.open ||= name === preset.open;
      this.change({ question: "", all: true });
      this.question.focus({ preventScroll: true });
    }

    /* The question, then whether the answer was right and why. */
    drawQuestion() {
      if (this.preset) this.answered = null;
      const shown = this.preset ?? this.answered ?? null;
      if (shown === this.questionShown) return;
      this.questionShown = shown;
      this.question.hidden = !shown;
      this.question.replaceChildren(...(this.preset ? this.asked(this.preset) : shown ? this.told(shown) : []));
    }

    asked(preset) {
      const choices = preset.choices.map((choice) => button(choice, () => this.answer(preset, choice)));
      const skip = button("Show me", () => this.answer(preset, null), { class: "explorer-button quiet" });
      return [html("p", {}, preset.question), html("div", { class: "explorer-choices" }, ...choices, skip)];
    }

    told({ preset, choice }) {
      const right = preset.right(S.parse(preset.link).state);
      const [kind, verdict] = choice === null ? ["", `The answer: ${right}.`]
        : choice === right ? ["right", `✓ Yes: ${right}.`] : ["wrong", `✗ Not ${choice}, but: ${right}.`];
      return [html("p", {}, preset.question), html("p", {}, html("strong", { class: kind }, verdict), " ", preset.because)];
    }

    /* ---------------------------------------------------------------- drawing */

    draw() {
      if (!this.stage.isConnected) return;
      this.state.at = clamp(this.state.at, 0, Math.max(this.steps - 1, 0));
      this.seen = Math.max(this.seen, this.state.at);
      const view = this.view();
      for (const bring of this.followers) bring();
      this.drawQuestion();
      this.stepRow.hidden = this.panelBox.hidden = !view.open;
      this.veil.hidden = !this.preset;
      this.trouble.textContent = this.preset ? "" : view.shape.error ?? "";
      this.drawGrids(view);
      for (const { name } of this.panels) this.drawPanel(name);
      this.tell(view.open ? this.described(view) : this.preset ? [html("p", {}, "Answer the question, or choose “Show me”.")] : []);
    }

    /* All that the drawing follows from. */
    view() {
      const { state, shape, peek } = this;
      const open = !shape.error && !this.preset;
      const image = S.image(state);
      return {
        state, shape, peek, open, image, kernel: S.kernel(state), counts: open ? this.counts(shape) : null,
        read: open ? M.readCells(state, shape, image, peek) : [],
        filled: (r, c) => state.all || r * shape.columns.out + c <= this.seen,
      };
    }

    counts(shape) {
      if (this.state.counts === "off") return null;
      if (this.state.op === "transposed") return A.stampCounts(shape);
      return A.readCounts(shape, this.state.counts === "copies" && this.copied ? this.state.mode : "constant");
    }

    drawGrids(view) {
      const { state, shape: { rows, columns }, open } = view;
      const pool = state.op === "pool";
      const models = {
        input: M.input(view),
        kernel: pool ? null : M.kernel(view),
        window: pool && open && !A.isGlobal(state) ? M.window(view) : null,
        output: open ? M.output(view) : null,
      };
      const side = this.cellSide([models.input.columns, (models.kernel ?? models.window)?.columns ?? 0, models.output?.columns ?? 1]);
      for (const [name, model] of Object.entries(models)) {
        this.panes[name].hidden = !model && name !== "output";
        this.grids[name].element.hidden = !model;
        if (model) this.grids[name].update({ ...model, side });
      }
      this.drawTitles(view, { kernel: state.kernel, window: [rows.k, columns.k] });
      this.signs[0].hidden = !models.kernel && !models.window;
      this.signs[0].textContent = pool ? "→" : "∗";
      this.signs[1].textContent = pool ? "→" : "=";
    }

    drawTitles({ state, shape: { rows, columns }, open }, sizes) {
      const grown = state.op !== "transposed" && rows.padded + columns.padded > rows.n + columns.n;
      this.titles.input.textContent = `Input, ${W.by(state.size)}${grown ? `, padded ${W.by([rows.padded, columns.padded])}` : ""}`;
      this.titles.kernel.textContent = `Kernel, ${W.by(sizes.kernel)}`;
      this.titles.window.textContent = `Window, ${W.by(sizes.window)}`;
      this.titles.output.textContent = open ? `Output, ${W.by([rows.out, columns.out])}` : "Output";
    }

    /* Pixels of a cell, so that the grids with so many columns stand beside each other where they can. */
    cellSide([input, kernel, output]) {
      const edge = D.MARGIN + D.LINE;
      const room = this.stage.clientWidth - SIDE.spare - edge;
      const beside = (room - 2 * edge - 2 * GAP) / (input + kernel + output);
      const below = Math.min(room / input, (room - edge - GAP) / (kernel + output));
      const alone = Math.min(room / Math.max(input, kernel, output), SIDE.beside);
      const best = beside >= SIDE.beside ? beside : below >= SIDE.below ? below : alone;
      return Math.floor(clamp(best, SIDE.least, SIDE.most));
    }

    drawPanel(name) {
      const { element, body } = this.panels.find((panel) => panel.name === name);
      if (element.open && !this.shape.error && !this.preset) P[name](body, this.state, this.shape);
    }

    /* ---------------------------------------------------------------- words */

    /* What a step did, with its sum, and how often cells are read. */
    described(view) {
      const sentence = W.stepWords(view);
      const lines = [html("p", {}, [this.opening, sentence].filter(Boolean).join(" "))];
      const sum = W.stepSum(view);
      if (sum) lines.push(this.sumLine(sum));
      if (view.counts) lines.push(html("p", {}, W.countWords(view.state, view.counts)));
      return lines;
    }

    sumLine({ before, parts, joint, after, value }) {
      if (!parts.length) return html("p", { class: "explorer-sum" }, "Every cell of this window is padding. Padding does not count here, so there is no value.");
      const kind = ({ padding, quiet }) => [padding && "padding", quiet && "quiet"].filter(Boolean).join(" ") || undefined;
      const terms = parts.flatMap((part, i) => [i ? joint : "", html("span", { class: kind(part) }, part.text)]);
      return html("p", { class: "explorer-sum" }, before, ...terms, after, " = ", html("strong", {}, W.num(value)));
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

  for (const place of document.querySelectorAll("div.explorer")) new Figure(place).begin();
})();

/* The interactive figure: one state, controls that change it, and a drawing that follows from it.
 *
 * A place for it is <div class="explorer" data-link="op=conv&…" data-presets="id id" data-open="costs"
 * data-page="…/explorer.html">.
 */
"use strict";

(() => {
  const { arithmetic: A, state: S, words: W, presets: PRESETS, models: M, views: V, panels: P, controls: C, drawing: D } = globalThis.Explorer;
  const { html } = D;
  const { button, clamp } = C;
  const SIDE = { most: 44, many: 30, least: 13, large: { row: 20, pair: 26 } }; // pixels of a cell; grids stand so while it is `large`
  const GAP = 42; // pixels between two grids that stand beside each other
  const NAME = 26; // pixels of a grid's title
  const AROUND = 112; // pixels of the window that the page's header and margins take
  const NARROW = 500, TITLE = 84; // pixels of a place where titles are broken, and the least that they are wide then
  const LABEL = 118; // pixels that a title may be wide
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
      this.restore(S.fromHash(location.hash));
      addEventListener("popstate", (event) => this.travel(event.state?.explorer));
      new ResizeObserver(() => this.draw()).observe(this.stage);
    }

    follow(bring) {
      this.followers.push(bring);
    }

    /* ---------------------------------------------------------------- state */

    /* Back, forward, or a link within the page. A link to a section leaves the figure as it is, and its new entry of the
     * history keeps what the figure shows. */
    travel(kept) {
      const found = kept === undefined ? S.fromHash(location.hash) : S.parse(kept);
      if (found) this.restore(found);
      else this.remember("replaceState", location.href);
    }

    restore(found) {
      this.pause();
      this.changed = "";
      this.state = clone(found ? found.state : this.initial);
      this.note.textContent = found?.problems.length ? W.problemWords(found.problems) : "";
      this.eachSide = false;
      this.fresh(0, "");
      if (found && !this.shown) this.place.scrollIntoView({ block: "start" });
      this.shown = true;
    }

    /* Change the setting: a new entry of the history, but only one while the same number (`what`) is changed several times in a row. */
    change(changes, opening, what = "") {
      this.pause();
      this.remember("replaceState", location.href); // the entry that is left, whoever made it
      Object.assign(this.state, { at: 0, all: false }, changes);
      if (changes.size) this.state.input = S.resized(this.state.input, S.INPUTS, changes.size);
      if (changes.view && changes.view !== "forward") this.state.counts = "off";
      if (Array.isArray(this.state.gradient)) this.state.gradient = S.resized(this.state.gradient, { ones: S.INPUTS.ones }, [this.shape.rows.out, this.shape.columns.out]);
      if (changes.kernel) this.state.weights = S.resized(this.state.weights, S.KERNELS, changes.kernel);
      this.note.textContent = "";
      this.remember(what && what === this.changed ? "replaceState" : "pushState");
      this.changed = what;
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
      this.peek = this.pointed = null;
      this.seen = seen;
      this.opening = opening;
      this.draw();
    }

    /* Put the state into the address. A browser may refuse (too many at once); the figure works all the same. */
    remember(how, address = S.toHash(this.state)) {
      try {
        if (address !== location.hash) history[how]({ ...history.state, explorer: S.format(this.state) }, "", address);
      } catch { /* the address stays behind */ }
    }

    get shape() {
      const shape = this.state.view === "layers" ? this.chain : A.geometry(this.state);
      const largest = Math.max(...[shape.rows, shape.columns].flatMap(({ out, padded }) => [out, padded ?? 0]));
      const tooLarge = `A side of ${largest} cells is too large to draw; ${LARGEST} is the most. Make the input, the padding or the stride smaller.`;
      return { ...shape, error: shape.error || (largest > LARGEST ? tooLarge : null) };
    }

    /* The last of several layers, with all maps. */
    get chain() {
      const maps = A.chain(this.state.size, this.state.layers);
      const last = maps.at(-1);
      return { ...last, maps, error: last.error && `Layer ${maps.length}: ${last.error}` };
    }

    get steps() {
      const { rows, columns, error } = this.shape;
      const { view, op } = this.state;
      if (error) return 0;
      const stamps = op === "transposed" && (view === "forward" || view === "channels");
      return (stamps ? rows.n * columns.n : rows.out * columns.out) * (view === "channels" ? V.planesOut(this.state) : 1);
    }

    /* Whether the view has grids of its own instead of input, kernel and output. */
    get wide() {
      return this.state.view === "channels" || this.state.view === "layers";
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
      const read = { input: S.image, weights: S.kernel, gradient: (state) => S.gradient(state, this.shape) };
      const numbers = clone(read[name](this.state));
      numbers[row][column] = value;
      const { at, all } = this.state;
      this.change({ [name]: numbers, at, all }, `The cell is now ${W.num(value)}.`);
    }

    /* A cell of the output was chosen: go to its window, or to the stamps that meet in it. */
    pick(row, column) {
      this.pause();
      if (this.state.op !== "transposed" || this.state.view === "backward") {
        this.step(row * this.shape.columns.out + column);
        return;
      }
      this.peek = [row, column];
      this.opening = "";
      this.draw();
    }

    /* Pointer or focus is on a cell of a grid, or on none: show what belongs to it, without a step. */
    point(name, at) {
      const pointed = at && !this.timer && !this.grids[name]?.field ? { name, at } : null;
      if (JSON.stringify(pointed) === JSON.stringify(this.pointed ?? null)) return;
      this.pointed = pointed;
      if (!this.drawing) this.drawPart();
    }

    /* A cell of one of many grids was chosen. */
    choose(key, row, column) {
      const { choose } = this.many.get(key).pane;
      if (!choose) return;
      this.pause();
      this.step(choose(row, column));
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
      this.hint = html("div", { class: "explorer-hint", "aria-hidden": "true" }); // the cells' own names say it to a screen reader
      this.words = html("div", { class: "explorer-words" }, this.status, this.hint);
      this.stage = this.buildStage();
      this.many = new Map(); // the panes of channels and layers by their keys
      this.groups = A.range(1 + S.LAYERS[1]).map(() => html("div", { class: "explorer-group" }));
      this.manyBox = html("div", { class: "explorer-many" }, ...this.groups);
      this.trouble = html("p", { class: "explorer-trouble", role: "alert" });
      const [presets, steps] = [this.buildPresets(), this.buildSteps()];
      const figure = [C.views(this), this.stage, this.manyBox, this.trouble, steps, this.countRow, this.words];
      const more = [this.buildPanels(), this.buildShare()];
      // in a chapter the figure comes first; on a page of its own there is room for the rest above and beside it
      const body = this.place.dataset.page
        ? [this.question, html("div", { class: "explorer-main" }, ...figure, presets, C.settings(this, false), ...more)]
        : [html("div", { class: "explorer-top" }, presets, this.question), C.settings(this, matchMedia("(min-width: 720px)").matches),
          html("div", { class: "explorer-main" }, ...figure, ...more)];
      this.place.replaceChildren(title, this.note, html("div", { class: "explorer-body" }, ...body));
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
        input: new D.Grid({ onEdit: (r, c, text) => this.edit("input", r, c, text), onPoint: (at) => this.point("input", at) }),
        kernel: new D.Grid({ onEdit: (r, c, text) => this.edit("weights", r, c, text) }),
        window: new D.Grid({}),
        output: new D.Grid({ onMove: (r, c) => this.pick(r, c), onEdit: (r, c, text) => this.edit("gradient", r, c, text), onPoint: (at) => this.point("output", at) }),
      };
      this.titles = {};
      this.panes = {};
      for (const [name, grid] of Object.entries(this.grids)) {
        this.titles[name] = html("p", { class: "explorer-name" });
        this.panes[name] = html("div", { class: `explorer-pane ${name}` }, this.titles[name], grid.element);
      }
      this.signs = [0, 1].map(() => html("span", { class: "explorer-sign", "aria-hidden": "true" }));
      this.veil = html("p", { class: "explorer-hidden" }, "?");
      const { input, kernel, window, output } = this.panes;
      output.append(this.veil);
      this.middle = html("div", { class: "explorer-middle" }, kernel, window);
      return html("div", { class: "explorer-stage" }, input, this.signs[0], html("div", { class: "explorer-pair" }, this.middle, this.signs[1], output));
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
        ["Show all", () => { this.pause(); this.show({ all: true }); }, () => this.state.all || last() || this.state.view === "layers"],
      ];
      const buttons = wanted.map(([label, action, off]) => {
        const element = button(label, action, { class: `explorer-button ${label === "Step" ? "main" : ""}` });
        this.follow(() => {
          element.setAttribute("aria-disabled", String(off()));
          if (label === "Play") element.textContent = this.timer ? "Pause" : "Play";
        });
        return element;
      });
      this.stepRow = html("div", { class: "explorer-steps", role: "group", "aria-label": "Steps" }, ...buttons);
      this.countRow = html("div", { class: "explorer-steps" }, ...C.counts(this));
      return this.stepRow;
    }

    buildPanels() {
      const opened = (this.place.dataset.open ?? (this.place.dataset.page ? "" : "code formula")).split(" ");
      const panel = (name, title, open, ...children) => {
        const body = html("div", { class: `explorer-panel ${name}` }, ...children);
        const element = html("details", { open, toggle: () => this.drawPanel(name) }, html("summary", {}, title), body);
        return { name, element, body };
      };
      this.panels = [
        panel("code", "The same layer in Keras and PyTorch", opened.includes("code"), ...C.code(this), html("p", { class: "explorer-small" }, "Type or paste another line and press Enter.")),
        panel("formula", "The formula with these numbers", opened.includes("formula")),
        panel("compare", "TensorFlow's “same” and symmetric padding, side by side", opened.includes("compare")),
        panel("costs", "What it costs: parameters, multiply-adds, bytes", opened.includes("costs"), html("div", { class: "explorer-costfields" }, ...C.channels(this)), html("table", {})),
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
      this.stepRow.hidden = this.countRow.hidden = this.panelBox.hidden = !view.open;
      this.veil.hidden = !this.preset;
      this.trouble.textContent = this.preset ? "" : view.shape.error ?? "";
      this.drawGrids(view);
      for (const { name } of this.panels) this.drawPanel(name);
      this.hinted(view);
      this.tell(view.open ? this.described(view) : this.preset ? [html("p", {}, "Answer the question, or choose “Show me”.")] : []);
    }

    /* Draw what changes with the cell that is pointed at. */
    drawPart() {
      if (!this.stage.isConnected || this.preset || this.shape.error) return;
      const view = this.view();
      this.drawGrids(view);
      this.hinted(view);
    }

    /* The words of a cell that is pointed at stand where those of the step are, which stay for screen readers. */
    hinted(view) {
      const pointed = this.pointed && view.open;
      this.words.classList.toggle("pointed", Boolean(pointed));
      if (pointed) this.hint.replaceChildren(...this.described(view));
    }

    /* All that the drawing follows from. */
    view() {
      const { state, shape, pointed } = this;
      const open = !shape.error && !this.preset;
      const image = S.image(state);
      const [over, from] = ["output", "input"].map((name) => (pointed?.name === name ? pointed.at : null));
      const gathers = state.op !== "transposed" || state.view === "backward";
      const view = {
        state, shape, open, image, from, kernel: S.kernel(state), counts: open ? this.counts(shape) : null,
        peek: gathers ? null : over ?? this.peek, at: over && gathers ? over[0] * shape.columns.out + over[1] : state.at,
        users: open && from ? A.usedBy(state, shape, ...from) : [],
        filled: (r, c) => state.all || r * shape.columns.out + c <= this.seen,
      };
      if (this.wide) return { ...view, ...this.manyPointed() };
      if (state.view === "backward") return { ...view, read: [], ...(open ? this.gradients(view) : {}) };
      return { ...view, read: open ? M.readCells(view) : [] };
    }

    /* What is pointed at among many grids. */
    manyPointed() {
      const pane = this.pointed && this.many.get(this.pointed.name)?.pane;
      if (!pane) return { over: null };
      if (this.state.view === "layers") return { over: { map: pane.map, at: this.pointed.at } };
      return pane.choose ? { at: pane.choose(...this.pointed.at) } : {};
    }

    /* What the backward view follows from: where the gradient of this cell goes, and all that was sent back so far. */
    gradients({ state, shape, image, kernel, at, from }) {
      const gradient = S.gradient(state, shape);
      const until = state.all || state.at + 1 >= this.steps ? Infinity : state.at + 1;
      return {
        gradient, parts: A.gradientParts(image, kernel, state, shape, ...A.placeOf(at, shape.columns.out)),
        total: A.backward(image, kernel, state, gradient, shape, until),
        senders: from ? A.sendersOf(image, kernel, state, shape, ...from) : [],
      };
    }

    counts(shape) {
      if (this.state.counts === "off") return null;
      if (this.state.op === "transposed") return A.stampCounts(shape);
      return A.readCounts(shape, this.state.counts === "copies" && this.copied ? this.state.mode : "constant");
    }

    drawGrids(view) {
      this.drawing = true; // a grid that is built anew loses the focus for a moment: that is no pointing
      this.stage.hidden = this.wide;
      this.manyBox.hidden = !this.wide;
      if (this.wide) this.drawMany(view);
      else this.drawStage(view);
      this.drawing = false;
    }

    /* The grids of channels or layers. */
    drawMany(view) {
      const panes = view.shape.error ? [] : V[view.state.view](view);
      const keys = new Set(panes.map(({ key }) => key));
      for (const [key, { box }] of this.many) box.hidden = !keys.has(key);
      const side = this.pack(panes);
      for (const pane of panes) {
        const one = this.many.get(pane.key) ?? this.addPane(pane);
        one.pane = pane;
        D.sized(one.title, pane.title);
        one.grid.update({ ...pane.model, side });
      }
      for (const group of this.groups) group.hidden = [...group.children].every(({ hidden }) => hidden);
      this.reveal(panes.filter(({ now }) => now).map(({ key }) => key));
    }

    /* When a step comes to another plane, scroll the strips to it, but not the page. */
    reveal(keys) {
      if (this.revealed === keys.join()) return;
      this.revealed = keys.join();
      for (const { box } of keys.map((key) => this.many.get(key))) {
        const [pane, strip] = [box, box.parentElement].map((element) => element.getBoundingClientRect());
        box.parentElement.scrollLeft += Math.max(pane.right - strip.right, 0) + Math.min(pane.left - strip.left, 0);
      }
    }

    addPane({ key, group }) {
      const grid = new D.Grid({ onMove: (r, c) => this.choose(key, r, c), onPoint: (at) => this.point(key, at) });
      const title = html("p", { class: "explorer-name" });
      const box = html("div", { class: `explorer-pane ${key.split(" ")[0]}` }, title, grid.element);
      this.groups[group].append(box);
      this.many.set(key, { grid, title, box });
      return this.many.get(key);
    }

    /* Pixels of a cell, so that all groups of grids find room: as columns beside and below each other, or else as strips,
     * one below the other, that scroll sideways. */
    pack(panes) {
      const edge = D.MARGIN + D.LINE;
      const [width, height] = this.room(this.manyBox);
      const name = width < NARROW ? 2.3 * NAME : NAME; // titles need two lines or three there
      const groups = A.range(this.groups.length).map((g) => panes.filter(({ group }) => group === g).map(({ model }) => model)).filter(({ length }) => length);
      const asColumns = (side) => {
        let [x, y, line, widest] = [0, 0, 0, 0];
        for (const group of groups) {
          const across = Math.max(Math.max(...group.map(({ columns }) => columns)) * side + edge, TITLE) + 12;
          if (x && x + across > width) [x, y, line] = [0, y + line, 0];
          x += across;
          widest = Math.max(widest, x);
          line = Math.max(line, group.reduce((sum, { rows }) => sum + rows * side + edge + name, 0));
        }
        return widest <= width && y + line <= height;
      };
      const asStrips = (side) => groups.reduce((sum, group) => sum + Math.max(...group.map(({ rows }) => rows)) * side + edge + 1.5 * NAME, 0) <= height;
      const sides = A.range(SIDE.many - SIDE.least + 1).map((i) => SIDE.many - i);
      const [column, strip] = [sides.find(asColumns), sides.find(asStrips)];
      this.manyBox.dataset.form = strip && !column ? "strips" : "columns";
      return column ?? strip ?? SIDE.least;
    }

    /* Width and height for grids, so that they and the buttons are visible together. */
    room(box) {
      return [box.clientWidth, document.documentElement.clientHeight - this.stepRow.offsetHeight - AROUND];
    }

    /* What the four panes show. */
    stageModels(view) {
      const { state, open } = view;
      const pool = state.op === "pool";
      if (state.view === "backward" && open) {
        const window = pool ? !A.isGlobal(state) && M.window(view) : M.kernelGradient(view);
        return { input: M.inputGradient(view), kernel: pool ? null : M.kernel(view), window: window || null, output: M.outputGradient(view) };
      }
      return {
        input: M.input(view),
        kernel: pool ? null : M.kernel(view),
        window: pool && open && !A.isGlobal(state) ? M.window(view) : null, // of the step, where a pixel is pointed at
        output: open ? M.output(view) : null,
      };
    }

    drawStage(view) {
      const { state, shape: { rows, columns } } = view;
      const pool = state.op === "pool";
      const back = state.view === "backward";
      const models = this.stageModels(view);
      const middles = [models.kernel, models.window].filter(Boolean);
      const middle = { columns: Math.max(0, ...middles.map((one) => one.columns)), rows: middles.reduce((sum, one) => sum + one.rows + 2, -2) };
      const { side, form } = this.arrange(models.input, middle, models.output ?? { rows: 1, columns: 1 });
      if (this.stage.dataset.form !== form) this.form(form);
      for (const [name, model] of Object.entries(models)) {
        this.panes[name].hidden = !model && name !== "output";
        this.grids[name].element.hidden = !model;
        if (model) this.grids[name].update({ ...model, side });
      }
      this.drawTitles(view, { kernel: state.kernel, window: [rows.k, columns.k] });
      this.signs[0].hidden = !models.kernel && !models.window;
      this.signs[0].textContent = back ? "←" : pool ? "→" : "∗";
      this.signs[1].textContent = back ? "←" : pool ? "→" : "=";
    }

    drawTitles({ state, shape: { rows, columns }, open }, sizes) {
      const back = state.view === "backward" ? "Gradient of the " : "";
      const named = (text) => (back ? back + text : text[0].toUpperCase() + text.slice(1));
      const grown = state.op !== "transposed" && rows.padded + columns.padded > rows.n + columns.n;
      D.sized(this.titles.input, `${named("input")}, ${W.by(state.size)}${grown && !back ? `, padded ${W.by([rows.padded, columns.padded])}` : ""}`);
      D.sized(this.titles.kernel, `Kernel, ${W.by(sizes.kernel)}`);
      D.sized(this.titles.window, back && state.op !== "pool" ? "Its gradient" : `Window, ${W.by(sizes.window)}`);
      D.sized(this.titles.output, open ? `${named("output")}, ${W.by([rows.out, columns.out])}` : "Output");
    }

    /* Below each other, the buttons come before the kernel, so that input, output and buttons stay together. */
    form(name) {
      this.stage.dataset.form = name;
      if (name === "stack") this.stepRow.after(this.middle);
      else this.signs[1].before(this.middle);
    }

    /* How the grids stand, and the pixels of a cell, so that they and the buttons are visible together: all in a row, or
     * the input above kernel and output, or input, output and kernel below each other. */
    arrange(input, middle, output) {
      const edge = D.MARGIN + D.LINE;
      const [width, height] = this.room(this.stage);
      const three = Number(middle.columns > 0);
      const fit = (across, down, grids, lines, gaps) =>
        Math.min((width - grids * edge - gaps * GAP - (gaps && three * Math.max(LABEL - edge - middle.columns * SIDE.large.row, 0))) / across, (height - lines * (edge + NAME)) / down);
      const forms = {
        row: fit(input.columns + middle.columns + output.columns, Math.max(input.rows, middle.rows, output.rows), 2 + three, 1, 1 + three),
        pair: Math.min(fit(input.columns, input.rows + Math.max(middle.rows, output.rows), 1, 2, 0),
          fit(middle.columns + output.columns, input.rows + Math.max(middle.rows, output.rows), 1 + three, 2, three)),
        stack: fit(Math.max(input.columns, output.columns), input.rows + output.rows, 1, 2, 0),
      };
      const large = Object.keys(forms).find((name) => forms[name] >= SIDE.large[name]);
      const form = large ?? Object.keys(forms).reduce((best, name) => (forms[name] > 1.1 * forms[best] ? name : best));
      return { form, side: Math.floor(clamp(forms[form], SIDE.least, SIDE.most)) };
    }

    drawPanel(name) {
      const { element, body } = this.panels.find((panel) => panel.name === name);
      element.hidden = this.state.view === "layers" && name !== "formula";
      if (P[name] && element.open && !element.hidden && !this.shape.error && !this.preset) P[name](body, this.state, this.shape);
    }

    /* ---------------------------------------------------------------- words */

    /* What a step did, with its sum, and how often cells are read. */
    described(view) {
      const [sentence, sum, note] = this.wordsOf(view);
      const lines = [html("p", {}, [this.opening, sentence].filter(Boolean).join(" "))];
      if (note) lines.push(html("p", {}, note));
      if (sum) lines.push(this.sumLine(sum));
      if (view.counts) lines.push(html("p", {}, W.countWords(view.state, view.counts)));
      return lines;
    }

    /* What is said of a view: a sentence, a sum or null, a note or none. */
    wordsOf(view) {
      if (view.state.view === "backward") return [W.gradientWords(view), W.gradientSum(view)];
      if (view.state.view === "layers") return [W.layerWords(view, V.focusOf(view), V.related(view)), null];
      if (view.state.view === "forward") return [W.stepWords(view), W.stepSum(view)];
      const here = V.planeView(view);
      return [W.planeWords(view, here), W.planeSum(view, here), W.notDrawn(view.state, S.DRAWN)];
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

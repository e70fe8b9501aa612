/* Elements, grids of cells and formulas: everything drawn, nothing decided. Text goes in as text, never as HTML. */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.drawing = (() => {
  const { range } = globalThis.Explorer.arithmetic;
  const MARGIN = 18; // pixels above and left of a grid, for the numbers of its columns and rows
  const LINE = 3; // pixels that an outline may stand out
  const PLAIN = 13; // pixels of a cell from which a number fits into it
  const FULL = 17; // pixels of a cell from which each column has its number
  const CORNER = 24; // pixels of a cell from which a number fits into its upper corner
  const FOOT = 30; // pixels of a cell from which a second number fits into it
  let grids = 0;

  const { make: html, maker } = Course;
  const svg = maker("http://www.w3.org/2000/svg"), math = maker("http://www.w3.org/1998/Math/MathML");

  const put = (element, attributes) => {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  };

  /* Size of a text that fits into a cell; a digit is about 0.6 as wide as it is high. */
  const fitting = (text, side) => `${Math.round(Math.min(Math.max(side * 0.42, Math.min(side * 0.6, 11)), (side - 3) / (0.62 * text.length || 1)))}px`;

  /* A title in which a size such as 3 × 3 is not broken. */
  function sized(element, text) {
    element.replaceChildren(...text.split(/(\d+ × \d+)/).map((part, i) => (i % 2 ? html("span", { class: "explorer-size" }, part) : part)));
  }

  /* The hatching of padded cells; a pattern is found by its id only. */
  const hatching = (id) => svg("defs", {}, svg("pattern",
    { id, width: 7, height: 7, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" },
    svg("line", { class: "explorer-hatch", x1: 0, y1: 0, x2: 0, y2: 7 })));

  /* A formula of nested lists (see words.js) as MathML. */
  function formula(items) {
    const bracket = (item) => math("mo", { form: "([⌊⌈".includes(item) ? "prefix" : "postfix" }, item);
    const one = (item) => {
      if (item.over) return math("mfrac", {}, math("mrow", {}, ...item.over.map(one)), math("mrow", {}, ...item.under.map(one)));
      if (item.floor) return math("mrow", {}, bracket("⌊"), ...item.floor.map(one), bracket("⌋"));
      if (item.ceil) return math("mrow", {}, bracket("⌈"), ...item.ceil.map(one), bracket("⌉"));
      if ("()".includes(item)) return bracket(item);
      if (/^[\u2212-]?\d/.test(item)) return math("mn", {}, item);
      return math(/^[a-zA-Z]+$/.test(item) ? "mi" : "mo", {}, item);
    };
    return math("math", {}, math("mrow", {}, ...items.map(one)));
  }

  /* A grid of cells for the keyboard and the eye.
   *
   * model: { label, top, left (numbers of the first row and column, usually 0), rows, columns, side (pixels), cell(r, c), current,
   * frame } where cell gives { text, label, kind, corner, foot, heat, editable } and frame { row, column, height,
   * width } outlines a window. Cells are named by their own numbers, so that padding has negative ones.
   */
  class Grid {
    constructor({ onMove, onEdit, onPoint }) {
      Object.assign(this, { onMove, onEdit, onPoint, hatch: `explorer-hatch-${(grids += 1)}`, at: [0, 0], cells: new Map() });
      // Its box listens for the focus: at a drawing that did, Chromium would stop the Tab key.
      this.element = html("div", { class: "explorer-grid", focusin: (event) => this.point(event.target), focusout: () => this.point(null) });
      this.svg = svg("svg", {
        role: "grid", keydown: (event) => this.key(event), click: (event) => this.click(event),
        pointerover: (event) => event.pointerType === "mouse" && this.point(event.target), pointerleave: () => this.point(null),
      });
      this.frame = svg("rect", { class: "explorer-frame", rx: 3 });
      this.element.append(this.svg);
    }

    /* Bring the drawing up to a model. */
    update(given) {
      const model = { top: 0, left: 0, ...given };
      const form = [model.top, model.left, model.rows, model.columns, model.side].join();
      const focused = this.svg.contains(document.activeElement);
      this.model = model;
      if (form !== this.form) this.build();
      this.form = form;
      if (model.current) this.at = model.current;
      this.clamp();
      for (const [key, cell] of this.cells) this.paint(cell, ...key.split(",").map(Number));
      this.outline(model.frame);
      this.svg.setAttribute("aria-label", model.label);
      if (focused) this.cellAt(this.at).group.focus({ preventScroll: true });
    }

    clamp() {
      const { top, left, rows, columns } = this.model;
      const keep = (value, first, count) => Math.min(Math.max(value, first), first + count - 1);
      this.at = [keep(this.at[0], top, rows), keep(this.at[1], left, columns)];
    }

    cellAt([row, column]) {
      return this.cells.get(`${row},${column}`);
    }

    build() {
      const { top, left, rows, columns, side } = this.model;
      const [width, height] = [columns * side + MARGIN + LINE, rows * side + MARGIN + LINE];
      put(this.svg, { viewBox: `0 0 ${width} ${height}`, width, height });
      this.svg.style.setProperty("--small", `${Math.max(Math.round(side * 0.24), 8)}px`);
      this.cells.clear();
      this.notes = svg("g", { "aria-hidden": "true" });
      const lines = range(rows).map((r) => svg("g", { role: "row" }, ...range(columns).map((c) => this.makeCell(r, c))));
      this.svg.replaceChildren(hatching(this.hatch), this.numbers(top, left, rows, columns, side), ...lines, this.notes,
        svg("g", { "aria-hidden": "true" }, this.frame));
    }

    /* The numbers of rows and columns at the margin. */
    numbers(top, left, rows, columns, side) {
      const middle = (i) => MARGIN + (i + 0.5) * side;
      const text = (x, y, value) => svg("text", { class: "explorer-index", x, y }, String(value).replace("-", "\u2212"));
      return svg("g", { "aria-hidden": "true" },
        ...range(columns).filter((c) => side >= FULL || c % 2 === 0).map((c) => text(middle(c), MARGIN / 2, left + c)),
        ...range(rows).map((r) => text(MARGIN / 2, middle(r), top + r)));
    }

    makeCell(r, c) {
      const { top, left, side } = this.model;
      const [x, y] = [MARGIN + c * side, MARGIN + r * side];
      const rect = svg("rect", { x: 1, y: 1, width: side - 2, height: side - 2, rx: 3 });
      const value = svg("text", { class: "explorer-value", x: side / 2, y: side / 2 });
      const group = svg("g", { role: "gridcell", transform: `translate(${x} ${y})` }, rect, value);
      // not in the cell: its label says them in words
      const corner = svg("text", { class: "explorer-corner", x: x + 4, y: y + side * 0.2 });
      const foot = svg("text", { class: "explorer-foot", x: x + side - 4, y: y + side * 0.82 });
      this.notes.append(corner, foot);
      this.cells.set(`${top + r},${left + c}`, { group, rect, value, corner, foot });
      return group;
    }

    paint({ group, rect, value, corner, foot }, row, column) {
      const look = this.model.cell(row, column);
      const here = row === this.at[0] && column === this.at[1];
      put(group, { class: `explorer-cell ${look.kind}`, "aria-label": look.label, tabindex: here ? 0 : -1 });
      if (this.onEdit) group.setAttribute("aria-readonly", String(!look.editable));
      rect.style.setProperty("--heat", look.heat ?? 0);
      rect.style.fill = look.kind.includes("padding") ? `url(#${this.hatch})` : "";
      const [small, counted] = [this.model.side < CORNER, look.kind.includes("counted") && look.corner];
      const text = small && counted ? look.corner : look.text; // a small cell has room for one number
      value.textContent = this.model.side < PLAIN ? "" : text;
      value.style.fontSize = fitting(text, this.model.side);
      corner.textContent = small ? "" : look.corner ?? "";
      foot.textContent = this.model.side < FOOT ? "" : look.foot ?? "";
    }

    outline(frame) {
      this.frame.style.display = frame ? "" : "none";
      if (!frame) return;
      const { top, left, side } = this.model;
      put(this.frame, { width: frame.width * side - 2, height: frame.height * side - 2 });
      const [x, y] = [MARGIN + (frame.column - left) * side + 1, MARGIN + (frame.row - top) * side + 1];
      this.frame.style.transform = `translate(${x}px, ${y}px)`;
    }

    /* Move the focus to a cell, if it is one. */
    move([row, column]) {
      if (!this.cellAt([row, column])) return;
      const before = this.cellAt(this.at);
      this.at = [row, column];
      before.group.setAttribute("tabindex", -1);
      this.cellAt(this.at).group.setAttribute("tabindex", 0);
      this.cellAt(this.at).group.focus();
      this.onMove?.(row, column);
    }

    key(event) {
      const [row, column] = this.at;
      const { left, columns, top, rows } = this.model;
      const far = event.ctrlKey || event.metaKey;
      const to = {
        ArrowUp: [row - 1, column], ArrowDown: [row + 1, column], ArrowLeft: [row, column - 1], ArrowRight: [row, column + 1],
        Home: [far ? top : row, left], End: [far ? top + rows - 1 : row, left + columns - 1],
      }[event.key];
      if (event.altKey || (far && !["Home", "End"].includes(event.key))) return;
      if (to) this.move(to);
      else if (this.onEdit && (event.key === "Enter" || event.key === "F2")) this.edit();
      else if (this.onEdit && /^[\d-]$/.test(event.key)) this.edit(event.key);
      else return;
      event.preventDefault();
    }

    /* Which cell an element belongs to, or null. */
    placeOf(element) {
      const group = element?.closest("[role=gridcell]");
      const found = group && [...this.cells].find(([, cell]) => cell.group === group);
      return found ? found[0].split(",").map(Number) : null;
    }

    /* Pointer or focus came to a cell, or left the grid. */
    point(element) {
      this.onPoint?.(this.placeOf(element));
    }

    /* A click chooses and edits; the second one does where a click alone chooses, and for a finger, which cannot hover. */
    click(event) {
      const at = this.placeOf(event.target);
      if (!at) return;
      const chosen = this.tapped?.join() === at.join();
      this.tapped = at;
      this.move(at);
      if (this.onEdit && (chosen || (event.pointerType !== "touch" && !this.model.chooses))) this.edit();
    }

    /* Put a text field over the cell; Enter and leaving take the number, Escape leaves it as it was. */
    edit(text) {
      const at = this.at;
      const { group } = this.cellAt(at);
      const look = this.model.cell(...at);
      if (!look.editable || this.field) return;
      const field = html("input", {
        class: "explorer-edit", type: "text", autocomplete: "off", enterkeyhint: "done",
        "aria-label": `New number for ${look.name}`, keydown: (event) => this.editKey(event), blur: () => this.close(true),
      });
      field.value = text ?? look.text.replace("\u2212", "-");
      const [box, outer] = [group.getBoundingClientRect(), this.element.getBoundingClientRect()];
      Object.assign(field.style, {
        left: `${box.left - outer.left + this.element.scrollLeft}px`, top: `${box.top - outer.top}px`,
        width: `${box.width}px`, height: `${box.height}px`,
      });
      this.field = field;
      this.element.append(field);
      field.focus();
      if (text === undefined) field.select();
    }

    editKey(event) {
      if (event.key !== "Enter" && event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      this.close(event.key === "Enter");
      this.cellAt(this.at).group.focus();
    }

    close(take) {
      const field = this.field;
      if (!field) return;
      this.field = null; // removing it fires blur, which calls this again
      const changed = take && field.value.trim() !== this.model.cell(...this.at).text.replace("\u2212", "-");
      field.remove();
      if (changed) this.onEdit(this.at[0], this.at[1], field.value);
    }
  }

  /* A small grid to look at, with a sentence for those who don't see it. cell(r, c) gives { text, kind }. */
  function picture({ label, rows, columns, side, cell, circles = [] }) {
    const hatch = `explorer-hatch-${(grids += 1)}`;
    const [width, height] = [columns * side + 2, rows * side + 2];
    const drawn = range(rows).flatMap((r) => range(columns).map((c) => {
      const { text, kind } = cell(r, c);
      const rect = svg("rect", { x: 1, y: 1, width: side - 2, height: side - 2, rx: 2 });
      if (kind.includes("padding")) rect.style.fill = `url(#${hatch})`;
      return svg("g", { class: `explorer-cell ${kind}`, transform: `translate(${1 + c * side} ${1 + r * side})` }, rect,
        svg("text", { class: "explorer-value", x: side / 2, y: side / 2, style: `font-size: ${fitting(text, side)}` }, text));
    }));
    const marks = circles.map(([r, c]) => svg("circle", { class: "explorer-circle", cx: 1 + c * side, cy: 1 + r * side, r: side * 0.43 }));
    const element = svg("svg", { role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height }, hatching(hatch), ...drawn, ...marks);
    return element;
  }

  return { html, sized, formula, Grid, picture, MARGIN, LINE };
})();

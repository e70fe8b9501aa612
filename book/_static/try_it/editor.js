/* A small editor for Python: a text field over a coloured copy of its text. Undo, selection, screen readers and phones
   work as in any text field, because it is one. */
"use strict";

(() => {
  const { make } = Course;
  const WORDS = {
    k: "and as assert break class continue def del elif else except finally for from global if import in is lambda",
    more: "nonlocal not or pass raise return try while with yield",
    kc: "True False None",
    nb: "abs all any dict divmod enumerate float int len list max min pow print range reversed round set sorted str sum",
    others: "tuple zip ValueError IndexError TypeError",
  };
  const classes = { k: "k", more: "k", kc: "kc", nb: "nb", others: "nb" };
  const KIND = new Map(
    Object.entries(WORDS).flatMap(([key, words]) => words.split(" ").map((word) => [word, classes[key]])),
  );
  const TOKEN =
    /(#.*)|("""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)|(\b\d[\d_.]*(?:e[+-]?\d+)?)|(\w+)/gi;

  /** Split Python into [text, class or ""] pairs; the classes are those of the page's other code, by Pygments. */
  function tokens(source) {
    const found = [];
    let end = 0;
    for (const match of source.matchAll(TOKEN)) {
      found.push([source.slice(end, match.index), ""], [match[0], kind(match)]);
      end = match.index + match[0].length;
    }
    return [...found, [source.slice(end), ""]].filter(([text]) => text);
  }

  function kind([text, comment, string, digits]) {
    if (comment) return "c1";
    if (string) return "s2";
    return digits ? "mi" : KIND.get(text) || "";
  }

  const TAB = "    ";

  /** What Enter puts in: a new line as far in as the last, one step further behind a colon, back behind return. */
  function newLine(before) {
    const line = before.slice(before.lastIndexOf("\n") + 1);
    const indent = line.match(/^ */)[0];
    if (/:\s*(#.*)?$/.test(line)) return `\n${indent}${TAB}`;
    return /^ *(return|pass|break|continue|raise)\b/.test(line) ? `\n${indent.slice(TAB.length)}` : `\n${indent}`;
  }

  /* Keeps undo, unlike a change of the value. */
  function insert(field, text) {
    const done = text ? document.execCommand("insertText", false, text) : document.execCommand("delete");
    if (done) return;
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    field.dispatchEvent(new Event("input"));
  }

  function lines(field) {
    const start = field.value.lastIndexOf("\n", field.selectionStart - 1) + 1;
    const end = Math.max(field.selectionEnd - (field.selectionEnd > field.selectionStart ? 1 : 0), start);
    const next = field.value.indexOf("\n", end);
    return [start, next < 0 ? field.value.length : next];
  }

  /* Move the selected lines one step in or out. */
  function shift(field, out) {
    const [start, end] = lines(field);
    const moved = field.value.slice(start, end).replace(out ? /^ {1,4}/gm : /^(?=.)/gm, out ? "" : TAB);
    field.setSelectionRange(start, end);
    insert(field, moved);
    field.setSelectionRange(start, start + moved.length);
  }

  function tab(field, out) {
    const several = field.value.slice(field.selectionStart, field.selectionEnd).includes("\n");
    if (out || several) return shift(field, out);
    const column = field.selectionStart - (field.value.lastIndexOf("\n", field.selectionStart - 1) + 1);
    return insert(field, TAB.slice(column % TAB.length));
  }

  /* Backspace in an indent takes a whole step away. */
  function backspace(field) {
    const line = field.value.slice(field.value.lastIndexOf("\n", field.selectionStart - 1) + 1, field.selectionStart);
    const step = ((line.length - 1) % TAB.length) + 1;
    if (field.selectionStart !== field.selectionEnd || !/^ +$/.test(line) || step < 2) return false;
    field.setSelectionRange(field.selectionStart - step, field.selectionStart);
    insert(field, "");
    return true;
  }

  function keyboard(field) {
    let leaving = false; // after Escape, Tab goes on to the next element
    field.addEventListener("keydown", (event) => {
      if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Tab" && !leaving) act(event, () => tab(field, event.shiftKey));
      if (event.key === "Enter") act(event, () => insert(field, newLine(field.value.slice(0, field.selectionStart))));
      if (event.key === "Backspace" && backspace(field)) event.preventDefault();
      if (event.key !== "Shift") leaving = event.key === "Escape";
    });
    field.addEventListener("blur", () => (leaving = false));
  }

  function act(event, action) {
    event.preventDefault();
    action();
  }

  /** Make an editor. @returns {{box, field, mark(line), set(text)}} */
  function editor(label, describedBy) {
    const field = make("textarea", {
      "aria-label": label, "aria-describedby": describedBy, autocapitalize: "off", autocomplete: "off",
      autocorrect: "off", spellcheck: "false", wrap: "off", rows: 1, class: "try-it-field",
    });
    const colours = make("div", { class: "try-it-colours highlight", "aria-hidden": "true" });
    const numbers = make("div", { class: "try-it-numbers", "aria-hidden": "true" });
    const box = make("div", { class: "try-it-editor" }, numbers, make("div", { class: "try-it-text" }, colours, field));
    let marked = null;

    function draw() {
      colours.replaceChildren(...tokens(field.value).map(([text, name]) => make("span", { class: name }, text)), "\n");
      const count = field.value.split("\n").length;
      const number = (_, i) => make("span", { class: i + 1 === marked ? "try-it-marked" : "" }, `${i + 1}\n`);
      numbers.replaceChildren(...Array.from({ length: count }, number));
    }

    field.addEventListener("input", () => {
      marked = null;
      draw();
    });
    field.addEventListener("scroll", () => (colours.scrollLeft = field.scrollLeft));
    keyboard(field);
    return { box, field, mark: (line) => ((marked = line), draw()), set: (text) => ((field.value = text), draw()), insert };
  }

  globalThis.TryIt = Object.assign(globalThis.TryIt || {}, { editor, tokens, newLine });
})();

/* "Try it here": makes the editor of the section that book/_ext/try_it.py wrote, runs the answer, shows the report.
   Everything shown is put in as text, never as HTML. */
"use strict";

(() => {
  const LIMIT = 10; // seconds an answer may take
  const LARGEST = 12; // rows or columns of a list that are drawn cell by cell
  const BASE = document.currentScript.src;

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children.flat().filter((child) => child !== null));
    return element;
  }

  const button = (text, action, kind = "") => {
    const made = make("button", { type: "button", class: `try-it-button ${kind}` }, text);
    made.addEventListener("click", action);
    return made;
  };

  const loaded = new Map();

  /* A script, not a fetch: a page opened from a folder may load scripts only. */
  function load(name, version) {
    if (!loaded.has(name)) loaded.set(name, new Promise((resolve, reject) => {
      const script = make("script", { src: new URL(`${name}?v=${version}`, BASE).href });
      script.addEventListener("load", resolve);
      script.addEventListener("error", () => {
        loaded.delete(name);
        reject(new Error(`${name} could not be loaded`));
      });
      document.head.append(script);
    }));
    return loaded.get(name);
  }

  /* The answer survives a reload where the browser lets a page keep something. */
  const kept = {
    key: (name) => `try-it:${name}`,
    get(name) {
      try {
        return localStorage.getItem(this.key(name));
      } catch {
        return null;
      }
    },
    set(name, text) {
      try {
        if (text === null) localStorage.removeItem(this.key(name));
        else localStorage.setItem(this.key(name), text);
      } catch {
        // then it is not kept
      }
    },
  };

  /* Words for one call */

  const isList = (literal) => literal.startsWith("[[");
  const plainly = (name, literal) => literal;
  const shortly = (name, literal) => (isList(literal) ? name : literal);

  function callText(exercise, one, write) {
    const args = one.args.map(([name, literal]) => write(name, literal));
    const named = one.kwargs.map(([name, literal]) => `${name}=${write(name, literal)}`);
    return `${exercise.name}(${[...args, ...named].join(", ")})`;
  }

  const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value));

  const SENTENCES = {
    shape: (found) => [`expected the shape ${found.expected}`],
    values: (found) => [
      `${found.index && `at ${found.index}: `}expected ${short(found.expected)}, received ${short(found.received)}`,
    ],
  };

  /* Pictures: input, yours and expected side by side */

  function pictures(failed) {
    const { case: one, outcome, difference } = failed;
    if (!outcome || !["values", "shape", "type", "raised"].includes(difference.kind)) return null;
    const inputs = [...one.args, ...one.kwargs].filter(([, literal]) => isList(literal)).flatMap(layers);
    const yours = Array.isArray(outcome.value) ? [["yours", outcome.value]] : [];
    const all = [...inputs, ...yours, ["expected", one.expected.value]].filter(([, list]) => drawable(list));
    return all.length ? make("div", { class: "try-it-pictures" }, all.map(drawer(outcome, one))) : null;
  }

  /* A list of rows; of a map with several channels, one for each. */
  function layers([name, literal]) {
    const list = JSON.parse(literal.replaceAll("(", "[").replaceAll(")", "]"));
    if (TryIt.shapeOf(list)?.length !== 3) return [[name, list]];
    const channel = (c) => list.map((cells) => cells.map((cell) => cell[c]));
    return list[0][0].map((_, c) => [`${name}, map ${c}`, channel(c)]);
  }

  function drawable(list) {
    const shape = TryIt.shapeOf(list);
    return shape?.length === 2 && Math.max(...shape) <= LARGEST && Math.min(...shape) > 0;
  }

  function drawer(outcome, one) {
    const want = one.expected.value;
    const comparable = String(TryIt.shapeOf(outcome.value)) === String(TryIt.shapeOf(want));
    const differs = (i, j) => short(TryIt.number(outcome.value[i][j])) !== short(TryIt.number(want[i][j]));
    return ([title, list]) => table(title, list, title === "yours" && comparable ? differs : () => false);
  }

  function table(title, list, differs) {
    const cells = list.flat().map(TryIt.number).filter(Number.isFinite);
    const [low, high] = [Math.min(...cells), Math.max(...cells)];
    const shade = (value) => (high > low && Number.isFinite(value) ? (value - low) / (high - low) : 0);
    const cell = (value, wrong) =>
      make("td", { style: colours(shade(value)), class: wrong ? "try-it-wrong" : "" }, short(value), wrong ? " ✗" : "");
    const line = (values, i) => make("tr", {}, values.map((value, j) => cell(TryIt.number(value), differs(i, j))));
    const caption = make("caption", {}, `${title}, ${list.length} × ${list[0].length}`);
    return make("div", { class: "try-it-picture" }, make("table", {}, caption, make("tbody", {}, list.map(line))));
  }

  /* Light grey to dark blue, with text that stands out on it. */
  function colours(level) {
    const rgb = [[238, 0], [238, 68], [238, 136]].map(([from, to]) => Math.round(from + (to - from) * level));
    return `background-color:rgb(${rgb});color:${level > 0.7 ? "#fff" : "#000"}`;
  }

  /* A region that scrolls sideways can be reached by keyboard. */
  function reachable(root) {
    for (const box of root.querySelectorAll(".try-it-picture, .try-it-printed")) {
      if (box.scrollWidth <= box.clientWidth) continue;
      box.setAttribute("tabindex", "0");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", box.querySelector("caption")?.textContent || "printed");
    }
  }

  /* The report */

  function row(view, exercise, one, open) {
    const { behaviour, difference } = one;
    const [mark, word] = difference ? ["✗", "wrong: "] : ["✓", "right: "];
    const points = make("span", { class: "try-it-points" }, hidden(word), silent(`${mark} `));
    points.append(`${one.points}/${behaviour.points}`);
    const words = make("div", { class: "try-it-words" }, behaviour.words, difference ? details(view, exercise, one, open) : null);
    return make("li", { class: difference ? "try-it-failed" : "try-it-passed" }, points, words);
  }

  const silent = (text) => make("span", { "aria-hidden": "true" }, text);
  const hidden = (text) => make("span", { class: "try-it-hidden" }, text);
  const printed = (text) =>
    text ? make("div", { class: "try-it-printed" }, make("div", {}, "printed"), make("samp", {}, text)) : null;

  /* What was tried and what came; of the first failure at once, of the others when asked for. */
  function details(view, exercise, failed, open) {
    const tried = ["tried ", make("code", {}, callText(exercise, failed.case, shortly))];
    const found = findings(view, exercise, failed);
    if (open) return make("div", { class: "try-it-details" }, make("div", {}, tried), found);
    const folded = make("details", { class: "try-it-details" }, make("summary", {}, tried), make("div", {}, found));
    folded.addEventListener("toggle", () => reachable(folded));
    return folded;
  }

  function findings(view, exercise, failed) {
    const { case: one, difference, outcome } = failed;
    const line = outcome?.line ? `, in line ${outcome.line}` : "";
    const text = difference.text.replace(/\.?$/, `${line}.`);
    const more = (SENTENCES[difference.kind]?.(difference) || []).map((sentence) => make("div", {}, sentence));
    const copy = button("Print this call", () => view.append(`print(${callText(exercise, one, plainly)})`), "try-it-small");
    copy.setAttribute("title", "Puts the call at the end of your answer");
    const shown = difference.kind === "nothing_right" ? [] : [pictures(failed), printed(outcome?.printed), copy];
    return [make("div", {}, text), ...more, ...shown];
  }

  const SAME_ROWS =
    "The rows of your result are one and the same list, as [[0] * w] * h makes them, so a change of one row changes " +
    "all. Write [[0] * w for _ in range(h)].";

  function verdict(result) {
    const { mistake, more, tried } = result;
    const words = (id, values) => TryIt.sentence(TryIt.exercise.rules, id, values);
    if (mistake && more) return `${words("first_mistake", mistake)} ${words("more")}`;
    if (mistake) return words("mistake", mistake);
    const repeated = tried.some((one) => one.difference?.kind === "values" && one.outcome?.repeated);
    return repeated ? words("mistake", { sentence: SAME_ROWS }) : null;
  }

  function errorText({ error, message, line }) {
    const advice = error === "ImportError" && /numpy|np/.test(message) ? " There is no NumPy here: an array is a list of rows." : "";
    return `${line ? `Line ${line}: ` : ""}${error}${message && `: ${message}`}.${advice}`;
  }

  /* One section of a page */

  function build(root) {
    const settings = JSON.parse(root.dataset.settings);
    const help = make("p", { class: "try-it-help", id: "try-it-help" },
      "Tab indents. To leave the editor, press Escape, then Tab. Ctrl+Enter runs.");
    const editor = TryIt.editor(make, `Your ${settings.name}, in Python`, "try-it-help");
    const view = {
      root, settings, editor, running: null, hints: 0,
      status: make("div", { class: "try-it-status", role: "status" }),
      output: make("div", {}),
      report: root.querySelector(".try-it-report"),
      list: make("ol", { class: "try-it-hints", "aria-live": "polite", "aria-label": "Hints" }),
      append: (line) => append(view, line),
    };
    view.fresh = [...view.report.children].map((line) => line.cloneNode(true));
    view.run = button("Run and check", () => run(view), "try-it-main");
    view.stop = button("Stop", () => view.running?.stop("button"));
    view.stop.disabled = true;
    view.hint = button("Next hint", () => hint(view));
    view.again = button("Start over", () => startOver(view));
    const buttons = make("div", { class: "try-it-buttons" }, view.run, view.stop, view.hint, view.again);
    root.querySelector(".try-it-without").replaceWith(editor.box, help, buttons, view.list, view.status, view.output);
    editor.set(kept.get(settings.name) ?? settings.starter);
    listen(view);
  }

  function listen(view) {
    const { field } = view.editor;
    field.addEventListener("input", () => kept.set(view.settings.name, field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(view);
    });
  }

  const fetchScripts = ({ settings }, names) => Promise.all(names.map((name) => load(name, settings.versions[name])));

  async function run(view) {
    if (view.running) return;
    view.running = { stop() {} };
    view.stop.disabled = false;
    view.run.setAttribute("aria-disabled", "true");
    say(view, ["Running …"]);
    try {
      await fetchScripts(view, ["judge.js", "engine.js", "micropython.js", `${view.settings.name}.js`]);
      view.running = TryIt.start(view.editor.field.value, TryIt.exercise, LIMIT * 1000);
      show(view, await view.running.outcomes);
    } catch (error) {
      apologise(view, error);
    }
    if (document.activeElement === view.stop) view.run.focus();
    view.stop.disabled = true;
    view.run.removeAttribute("aria-disabled");
    view.running = null;
  }

  function show(view, { defined, outcomes, stopped }) {
    view.output.replaceChildren(...[printed(defined?.printed)].filter(Boolean));
    if (stopped) return halted(view, stopped, defined, outcomes.length);
    const error = defined.error ? [errorText(defined)] : [];
    if (!outcomes.length) return plainReport(view, error, defined.line);
    const result = TryIt.grade(TryIt.exercise, outcomes);
    const head = `${view.settings.name}: ${result.points} of ${view.settings.points} points`;
    if (result.unwritten) return plainReport(view, [head, ...error, result.unwritten.text], defined.line);
    const first = result.tried.find((one) => one.difference);
    view.report.replaceChildren(...result.tried.map((one) => row(view, TryIt.exercise, one, one === first)));
    reachable(view.root);
    view.editor.mark(defined.line || result.tried.find((one) => one.difference?.kind === "raised")?.outcome.line || null);
    const done = result.points === view.settings.points ? "All of it is right. The notebook has the rest of the exercise." : null;
    return say(view, [head, ...error, verdict(result) || done].filter(Boolean), done && "try-it-done");
  }

  function plainReport(view, sentences, line = null) {
    view.report.replaceChildren(...view.fresh.map((one) => one.cloneNode(true)));
    view.editor.mark(line);
    say(view, sentences);
  }

  function halted(view, reason, defined, count) {
    const cases = TryIt.exercise.behaviours.flatMap((behaviour) => behaviour.cases);
    const where = defined && cases[count] ? ` in ${callText(TryIt.exercise, cases[count], shortly)}` : "";
    const why = reason === "limit" ? `Stopped after ${LIMIT} seconds${where}. Is there a loop that never ends?` : `Stopped${where}.`;
    plainReport(view, [why, "Nothing was checked to the end, so nothing counts."]);
  }

  function apologise(view, error) {
    const folder = location.protocol === "file:" ? " This page was opened from a folder, and some browsers forbid programs there." : "";
    const memory = /memory|allocat|Aborted/i.test(error.message) ? "The answer used up the memory." : `Python could not run here: ${error.message}.`;
    plainReport(view, [`${memory}${folder}`, "The links below open the same exercise as a notebook."]);
  }

  /* The first sentence is the headline. */
  function say(view, [head, ...sentences], kind = "") {
    view.status.className = `try-it-status ${kind || ""}`;
    view.status.replaceChildren(make("p", {}, make("strong", {}, head)), ...sentences.map((text) => make("p", {}, text)));
  }

  async function hint(view) {
    try {
      await fetchScripts(view, [`${view.settings.name}.js`]);
    } catch (error) {
      return apologise(view, error);
    }
    const { hints } = TryIt.exercise;
    if (!view.hints) view.list.before(make("p", { class: "try-it-help" }, "The hints are the notebook's. Where they say ",
      make("code", {}, "np.zeros((H, W))"), ", write ", make("code", {}, "[[0] * W for _ in range(H)]"), "; where they cut a slice, loop over its cells."));
    if (view.hints < hints.length) view.list.append(make("li", {}, hints[view.hints++]));
    view.hint.textContent = view.hints < hints.length ? `Next hint (${view.hints} of ${hints.length} shown)` : "No more hints";
    if (view.hints === hints.length) view.hint.setAttribute("aria-disabled", "true");
    return null;
  }

  function replaceAll(view, text) {
    const { field, insert } = view.editor;
    field.focus();
    field.select();
    insert(field, text);
  }

  function startOver(view) {
    replaceAll(view, view.settings.starter);
    kept.set(view.settings.name, null);
    view.output.replaceChildren();
    plainReport(view, ["Begun again.", "Undo (Ctrl+Z) brings your answer back."]);
  }

  function append(view, line) {
    const { field } = view.editor;
    replaceAll(view, `${field.value.replace(/\n*$/, "\n")}\n${line}\n`);
    say(view, ["The call stands at the end of your answer.", "Run and check: what it prints is shown here."]);
  }

  document.querySelectorAll(".try-it").forEach(build);
})();

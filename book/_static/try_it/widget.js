/* "Try it here": makes the editor of the section that book/_ext/try_it.py wrote, runs the answer, shows the report.
   Everything shown is put in as text, never as HTML. */
"use strict";

(() => {
  const { make, kept, reachable } = Course;
  const LIMIT = 10; // seconds an answer may take
  const LARGEST = 12; // rows or columns of a list that are drawn cell by cell
  const MOST_TABLES = 8; // beside each other
  const BASE = document.currentScript.src;

  const button = (text, action, kind = "") => make("button", { type: "button", class: `try-it-button ${kind}`, click: action }, text);

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

  /* Answers and results survive a reload. */
  const answerOf = ({ name }) => `try-it:${name}`;
  const resultOf = ({ name }) => `try-it-result:${name}`; // {source, version, points: [of each behaviour], said}

  function keptResult(view) {
    const result = kept.parsed(resultOf(view.settings));
    return result?.version === version(view) ? result : null;
  }

  /* Words for one call */

  const SHORT = 60; // characters of an argument that is shown as a whole
  const isList = (literal) => literal.startsWith("[[");
  const plainly = (name, literal) => literal;
  const shortly = (name, literal) => (isList(literal) || literal.length > SHORT ? name : literal);

  function callText(exercise, one, write) {
    const args = one.args.map(([name, literal]) => write(name, literal));
    const named = one.kwargs.map(([name, literal]) => `${name}=${write(name, literal)}`);
    return `${exercise.name}(${[...args, ...named].join(", ")})`;
  }

  const short = (value) => (Number.isFinite(value) ? String(Number(value.toPrecision(6))) : String(value));

  /* What was expected and what came: as a whole where both are short, else where they differ first. */
  function expectedAndReceived(exercise, { case: one, outcome, difference }) {
    const { kind, expected, received, index } = difference;
    if (kind === "shape") return [`expected the shape ${expected}`];
    const [wanted, came] = [one.expected.shown, outcome?.shown];
    const whole = one.expected.value && !exercise.parts.length && (one.expected.value.tuple || one.expected.value.list);
    const fits = wanted && came && Math.max(wanted.length, came.length) < exercise.rules.most_shown;
    if (["values", "length", "type"].includes(kind) && whole && fits) return [`expected ${wanted}`, `received ${came}`];
    if (kind === "length") return [`expected ${expected} entries`];
    if (kind !== "values") return [];
    return [`${index && `at ${index}: `}expected ${short(expected)}, received ${short(received)}`];
  }

  /* Pictures: input, yours and expected side by side */

  function pictures(exercise, failed) {
    const { case: one, outcome, difference } = failed;
    if (!outcome || !["values", "shape", "type", "raised"].includes(difference.kind)) return null;
    const number = exercise.parts.length && difference.place?.length ? difference.place[0] : null;
    const [part, of] = number === null ? ["", (value) => value] : [` ${exercise.parts[number]}`, (value) => value?.[number]];
    const want = of(TryIt.plain(one.expected.value));
    const inputs = [...one.args, ...one.kwargs].filter(([, literal]) => isList(literal));
    const lists = inputs.map(([name, literal]) => [name, JSON.parse(literal.replaceAll("(", "[").replaceAll(")", "]"))]);
    const all = [...lists, [`yours${part && `:${part}`}`, of(outcome.value)], [`expected${part}`, want]];
    const tables = all.flatMap(layers).filter(([, list]) => drawable(list));
    return tables.length && tables.length <= MOST_TABLES
      ? make("div", { class: "try-it-pictures" }, tables.map(drawer(of(outcome.value), want)))
      : null;
  }

  /* [title, rows, indices behind the row and column]: a map of several channels gives one for each. */
  function layers([title, list]) {
    const shape = TryIt.shapeOf(list) || [];
    if (shape.length === 1) return [[title, [list], []]];
    let found = shape.length < 2 ? [] : [[]];
    for (const size of shape.slice(2)) {
      found = found.flatMap((place) => Array.from({ length: size }, (_, i) => [...place, i]));
    }
    const named = (place) => (found.length > 1 ? `${title}[i][j]${place.map((i) => `[${i}]`).join("")}` : title);
    return found.map((place) => [named(place), list.map((cells) => cells.map((cell) => inside(cell, place))), place]);
  }

  const inside = (cell, place) => place.reduce((value, i) => value[i], cell);

  function drawable(list) {
    const shape = TryIt.shapeOf(list);
    return shape?.length === 2 && Math.max(...shape) <= LARGEST && Math.min(...shape) > 0;
  }

  function drawer(yours, want) {
    const shape = TryIt.shapeOf(want);
    const comparable = String(TryIt.shapeOf(yours)) === String(shape);
    const cell = (list, i, j, place) => short(TryIt.number(shape.length === 1 ? list[j] : inside(list[i][j], place)));
    return ([title, list, place]) => {
      const differs = (i, j) => cell(yours, i, j, place) !== cell(want, i, j, place);
      return table(title, list, title.startsWith("yours") && comparable ? differs : () => false);
    };
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

  const reach = (root) =>
    reachable(root.querySelectorAll(".try-it-picture, .try-it-printed"), (box) => box.querySelector("caption")?.textContent || "printed");

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
    const toggle = ({ target }) => reach(target);
    return make("details", { class: "try-it-details", toggle }, make("summary", {}, tried), make("div", {}, found));
  }

  function findings(view, exercise, failed) {
    const { case: one, difference, outcome } = failed;
    const line = outcome?.line ? `, in line ${outcome.line}` : "";
    const text = difference.text.replace(/\.?$/, `${line}.`);
    const more = expectedAndReceived(exercise, failed).map((sentence) => make("div", {}, sentence));
    const copy = button("Print this call", () => view.append(`print(${callText(exercise, one, plainly)})`), "try-it-small");
    copy.setAttribute("title", "Puts the call at the end of your answer");
    const shown = difference.kind === "nothing_right" ? [] : [pictures(exercise, failed), printed(outcome?.printed), copy];
    return [make("div", {}, text), ...more, ...shown];
  }

  const SAME_ROWS =
    "The rows of your result are one and the same list, as [[0] * w] * h makes them, so a change of one row changes " +
    "all. Write [[0] * w for _ in range(h)].";

  function verdict(exercise, { mistakes, either, more, tried }) {
    const words = (id, values) => TryIt.sentence(exercise.rules, id, values);
    const sentences = mistakes.map(({ sentence }) => sentence);
    const [half, [first, ...others]] = [sentences.length / 2, sentences];
    if (either) return words("either", { sentence: sentences.slice(0, half).join(" "), other: sentences.slice(half).join(" ") });
    if (first) {
      const told = words(others.length || more ? "first_mistake" : "mistake", { sentence: first });
      return [told, ...others.map((sentence) => words("another", { sentence })), more && words("more")].filter(Boolean).join(" ");
    }
    const measured = tried.find((one) => one.difference?.kind === "not_accepted");
    if (measured) return words("mistake", { sentence: measured.difference.text });
    const repeated = tried.some((one) => one.difference?.kind === "values" && one.outcome?.repeated);
    return repeated ? words("mistake", { sentence: SAME_ROWS }) : null;
  }

  const ADVICE = [
    [/^ImportError: .*(numpy|np)/, " There is no NumPy here: an array is a list of rows."],
    [/^SyntaxError: \*x must/, " This small Python has no [*a, b]; write a + [b]."],
  ];

  function errorText({ error, message, line }) {
    const [, advice = ""] = ADVICE.find(([about]) => about.test(`${error}: ${message}`)) || [];
    return `${line ? `Line ${line}: ` : ""}${error}${message && `: ${message}`}.${advice}`;
  }

  /* One editor of a page */

  const views = [];

  function build(root) {
    const settings = JSON.parse(root.dataset.settings);
    const id = `try-it-help-${settings.name}`;
    const help = make("p", { class: "try-it-help", id }, "Tab indents. To leave the editor, press Escape, then Tab. Ctrl+Enter runs.");
    const editor = TryIt.editor(`Your ${settings.name}, in Python`, id);
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
    view.next = make("a", { class: "try-it-button try-it-main", href: settings.next?.address || "" }, `Next: ${settings.next?.words}`);
    view.next.hidden = true;
    view.buttons = make("div", { class: "try-it-buttons", role: "group", "aria-label": settings.name }, view.run, view.next, view.stop, view.hint, view.again);
    root.querySelector(".try-it-without").replaceWith(editor.box, help, view.buttons, view.list, view.status, view.output);
    editor.set(kept.get(answerOf(settings)) ?? settings.starter);
    views.push(view);
    listen(view);
    showAgain(view);
  }

  function listen(view) {
    const { field } = view.editor;
    field.addEventListener("input", () => kept.set(answerOf(view.settings), field.value));
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) run(view);
    });
  }

  const script = ({ name }) => `${name}.js`;
  const version = ({ settings }) => settings.versions[script(settings)];
  const fetchScripts = ({ settings }, names) => Promise.all(names.map((name) => load(name, settings.versions[name])));
  const exerciseOf = ({ settings }) => TryIt.exercises[settings.name];

  async function run(view) {
    if (view.running) return;
    view.running = { stop() {} };
    view.stop.disabled = false;
    view.run.setAttribute("aria-disabled", "true");
    say(view, ["Running …"]);
    try {
      await fetchScripts(view, ["judge.js", "engine.js", "micropython.js", script(view.settings)]);
      const earlier = views.slice(0, views.indexOf(view)).map((each) => each.editor.field.value);
      view.running = TryIt.start(earlier, view.editor.field.value, exerciseOf(view), LIMIT * 1000);
      show(view, await view.running.outcomes);
    } catch (error) {
      apologise(view, error);
    }
    if (document.activeElement === view.stop) view.run.focus();
    view.stop.disabled = true;
    view.run.removeAttribute("aria-disabled");
    view.running = null;
    progress();
    dispatchEvent(new Event("storage")); // the marks of progress.js
  }

  function show(view, { defined, outcomes, stopped }) {
    view.output.replaceChildren(...[printed(defined?.printed)].filter(Boolean));
    if (stopped) return halted(view, stopped, defined, outcomes.length);
    const exercise = exerciseOf(view);
    const error = defined.error ? [errorText(defined)] : [];
    if (!outcomes.length) return plainReport(view, error, defined.line);
    const result = TryIt.grade(exercise, outcomes);
    const head = `${view.settings.name}: ${result.points} of ${view.settings.points} points`;
    if (result.unwritten) return plainReport(view, [head, ...error, result.unwritten.text], defined.line);
    const first = result.tried.find((one) => one.difference);
    view.report.replaceChildren(...result.tried.map((one) => row(view, exercise, one, one === first)));
    reach(view.root);
    view.editor.mark(defined.line || result.tried.find((one) => one.difference?.kind === "raised")?.outcome.line || null);
    const done = result.points === view.settings.points ? DONE : null;
    const said = [head, ...error, verdict(exercise, result) || done].filter(Boolean);
    keep(view, result.tried.map((one) => one.points), said);
    return say(view, said, done ? "try-it-done" : "try-it-wrong");
  }

  const DONE = "All of it is right.";

  function keep(view, points, said) {
    const result = { source: view.editor.field.value, version: version(view), points, said };
    kept.set(resultOf(view.settings), points && JSON.stringify(result));
    next(view, points || []);
  }

  const total = (points) => points.reduce((sum, one) => sum + one, 0);

  /* Where everything is right, the way on. */
  function next({ settings, next: link }, points) {
    link.hidden = !settings.next || total(points) < settings.points;
  }

  /* After a reload: the points and sentences of the last check; what was tried is shown when it runs again. */
  function showAgain(view) {
    const result = keptResult(view);
    if (!result || result.points.length !== view.fresh.length) return;
    const lines = view.fresh.map((line, i) => again(line, result.points[i]));
    view.report.replaceChildren(...lines);
    const changed = result.source === view.editor.field.value ? "" : " Your code has changed since.";
    const done = total(result.points) === view.settings.points;
    say(view, [...result.said, `This is from your last check.${changed}`], done ? "try-it-done" : "try-it-wrong");
    next(view, result.points);
  }

  function again(fresh, points) {
    const line = fresh.cloneNode(true);
    const box = line.querySelector(".try-it-points");
    const all = line.dataset.points;
    const right = String(points) === all;
    line.className = right ? "try-it-passed" : "try-it-failed";
    box.replaceChildren(hidden(right ? "right: " : "wrong: "), silent(right ? "✓ " : "✗ "), `${points}/${all}`);
    return line;
  }

  function plainReport(view, sentences, line = null) {
    view.report.replaceChildren(...view.fresh.map((one) => one.cloneNode(true)));
    view.editor.mark(line);
    keep(view, null);
    say(view, sentences, "try-it-wrong");
  }

  function halted(view, reason, defined, count) {
    const exercise = exerciseOf(view);
    const cases = exercise.behaviours.flatMap((behaviour) => behaviour.cases);
    const where = defined && cases[count] ? ` in ${callText(exercise, cases[count], shortly)}` : "";
    const why = reason === "limit" ? `Stopped after ${LIMIT} seconds${where}. Is there a loop that never ends?` : `Stopped${where}.`;
    plainReport(view, [why, "Nothing was checked to the end, so nothing counts."]);
  }

  function apologise(view, error) {
    const folder = location.protocol === "file:" ? " This page was opened from a folder, and some browsers forbid programs there." : "";
    const memory = /memory|allocat|Aborted/i.test(error.message) ? "The answer used up the memory." : `Python could not run here: ${error.message}.`;
    say(view, [`${memory}${folder}`, "The links to Colab, Kaggle, Binder and the download open the same exercise as a notebook."], "try-it-wrong");
  }

  /* The first sentence is the headline. */
  function say(view, [head, ...sentences], kind = "") {
    view.status.className = `try-it-status ${kind || ""}`;
    view.status.replaceChildren(make("p", {}, make("strong", {}, head)), ...sentences.map((text) => make("p", {}, text)));
  }

  async function hint(view) {
    try {
      await fetchScripts(view, [script(view.settings)]);
    } catch (error) {
      return apologise(view, error);
    }
    const { hints } = exerciseOf(view);
    if (!view.hints && view.settings.starter.includes("# as lists")) view.list.before(make("p", { class: "try-it-help" }, "The hints are the notebook's. Where they say ",
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
    kept.set(answerOf(view.settings), null);
    view.output.replaceChildren();
    plainReport(view, ["Begun again.", "Undo (Ctrl+Z) brings your answer back."]);
    view.status.className = "try-it-status";
    progress();
  }

  function append(view, line) {
    const { field } = view.editor;
    replaceAll(view, `${field.value.replace(/\n*$/, "\n")}\n${line}\n`);
    say(view, ["The call stands at the end of your answer.", "Run and check: what it prints is shown here."]);
  }

  /* How far the exercise of this page is solved. */
  function progress() {
    const line = document.querySelector(".try-it-progress");
    if (!line) return;
    const points = views.map((view) => total(keptResult(view)?.points || []));
    const solved = views.filter((view, i) => points[i] === view.settings.points).length;
    const most = total(views.map((view) => view.settings.points));
    line.textContent = `${solved} of ${views.length} functions solved, ${total(points)} of ${most} points on this page.`;
  }

  document.querySelectorAll(".try-it").forEach(build);
  progress();
})();

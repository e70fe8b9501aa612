/* What a reader has read, tested and solved. It stays on this device: in the browser's storage, one entry for all pages
   (`course:progress`) beside those of the exercises' editor (`try-it-result:…`, see try_it/widget.js). */
"use strict";

(() => {
  const { make, kept } = Course;
  const ENTRY = "course:progress";
  const PAGES = globalThis.coursePages; // {page: {title, questions, functions: {name: points}}}, by book/_ext/progress.py
  const ROOT = new URL(document.documentElement.dataset.content_root, location);
  const page = DOCUMENTATION_OPTIONS.pagename;

  const stored = (key) => kept.parsed(key) || {};

  /** {read, answers: {number: letter}, right: how many of these} of a page, as far as it has them. */
  const of = (name) => stored(ENTRY)[name] || {};

  function keep(change) {
    const pages = stored(ENTRY);
    pages[page] = { ...pages[page], ...change };
    kept.set(ENTRY, JSON.stringify(pages));
    show();
  }

  function erase() {
    for (const key of Object.keys(localStorage)) {
      if (key === ENTRY || key.startsWith("try-it")) localStorage.removeItem(key);
    }
    show();
  }

  function isSolved([name, most]) {
    const { points } = stored(`try-it-result:${name}`);
    return Array.isArray(points) && points.reduce((sum, one) => sum + one, 0) >= most;
  }

  const isExercise = (name) => name.includes("/exercises/");

  /** [what is done of a page, in words; how many parts of how many]. */
  function state(name) {
    const { questions, functions } = PAGES[name];
    if (isExercise(name)) {
      const wanted = Object.entries(functions);
      const solved = wanted.filter(isSolved).length;
      return [solved ? [`${solved} of ${wanted.length} functions solved`] : [], solved, wanted.length];
    }
    const { read, answers, right = 0 } = of(name);
    const words = [...(read ? ["read"] : []), ...(answers ? [`${right} of ${questions} questions right`] : [])];
    return [words, Boolean(read) + right, 1 + questions];
  }

  /* In the table of contents: ✓ for all, ◐ for a part, and in words what it stands for. */
  function mark(link) {
    link.querySelector(".progress-mark")?.remove();
    const name = new URL(link.href).pathname.slice(ROOT.pathname.length).replace(/\.html$/, "");
    if (!PAGES[name]) return;
    const [words, done, all] = state(name);
    const text = words.join(", ");
    if (done || text) link.append(make("span", { class: "progress-mark", role: "img", "aria-label": text, title: text }, done < all ? " ◐" : " ✓"));
  }

  function cell(name, text) {
    const [words, done, all] = state(name);
    const sign = make("span", { "aria-hidden": "true" }, done < all ? "◐ " : "✓ ");
    const link = make("a", { href: new URL(`${name}.html`, ROOT) }, text);
    return make("td", {}, link, ...(words.length ? [make("br"), sign, words.join(", ")] : []));
  }

  /* A line for each chapter: the chapter, its notebook for going further, its exercise. */
  function table(place) {
    const names = Object.keys(PAGES);
    const chapters = names.filter((name) => name.split("/").length === 2);
    const lines = chapters.map((chapter, i) => {
      const [more, exercise] = ["going_further/", "exercises/"].map((folder) =>
        names.find((name) => name.includes(folder) && name.endsWith(chapter.split("/")[1])));
      return make("tr", {}, cell(chapter, `${i + 1}. ${PAGES[chapter].title}`), cell(more, "Going further"), cell(exercise, "Exercise"));
    });
    place.replaceChildren(make("table", { class: "table" }, make("tbody", {}, ...lines)));
  }

  const tick = make("input", { type: "checkbox", change: () => keep({ read: tick.checked }) });

  function show() {
    tick.checked = Boolean(of(page).read);
    document.querySelectorAll(".bd-sidenav a.reference.internal").forEach(mark);
    const place = document.querySelector("#progress");
    if (place) table(place);
  }

  /* Erasing asks once more, in place. */
  function offerErasing(place) {
    const said = make("p", { role: "status" });
    let asked = false;
    const click = ({ target }) => {
      if (asked) erase();
      said.textContent = asked ? "Everything is erased." : "Marks, answers and the code that you wrote here will be lost. Press again to erase them.";
      asked = !asked;
      target.textContent = asked ? "Erase everything" : "Erase";
    };
    place.after(make("button", { type: "button", class: "check-answer", click }, "Erase"), said);
  }

  if (PAGES[page] && !isExercise(page)) {
    const link = make("a", { href: new URL("book/progress.html", ROOT) }, "Your progress");
    const label = make("label", {}, tick, " I have read this page.");
    document.querySelector("article").append(make("p", { class: "read-tick" }, label, " ", link));
  }
  document.querySelectorAll("#progress").forEach(offerErasing);
  addEventListener("storage", show); // another tab
  globalThis.Progress = { of, keep };
  show();
})();

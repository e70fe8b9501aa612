/* Finds sections. courseSections holds each page's [anchor, heading, beginning of the text, later words] of its sections,
   by book/_ext/sections.py. */
"use strict";

(() => {
  const { make } = Course;
  const MOST = 20; // results
  const AROUND = 90; // characters of an excerpt on each side of what was found
  const WEIGHT = { heading: 6, title: 2, text: 3 };
  const BEHIND = /\/(exercises|going_further)\//; // what explains comes before what asks and before the details

  const words = (text) => text.toLowerCase().normalize("NFKC").match(/[\p{L}\p{N}]+/gu) || [];

  /** The part that a word has in common with its other forms: pool, pools, pooled and pooling are the same. */
  function stem(word) {
    const short = word.length > 4 ? word.replace(/(ations?|ions?|ing|ed|e?s|e)$/, "") : word.replace(/s$/, "");
    return short.length < 3 ? word : short;
  }

  const SMALL = new Set("a an and at by for in is of on or the to what with".split(" "));
  const stems = (text) => words(text).filter((word) => !SMALL.has(word)).map(stem);

  const sections = courseSections.flatMap(({ page, title, sections: all }) => all.map(([anchor, heading, text, later]) => ({
    page, anchor, title, heading, text, in: { heading: stems(heading), title: stems(title), text: stems(`${text} ${later}`) },
  })));
  const known = new Set(sections.flatMap((section) => Object.values(section.in).flat()));

  /** How many letters must be changed, added, left out or swapped to make one word of the other. */
  function distance(a, b) {
    const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)];
    for (let i = 1; i <= a.length; i++) {
      rows[i] = [i];
      for (let j = 1; j <= b.length; j++) {
        const changed = rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
        rows[i][j] = Math.min(changed, rows[i - 1][j] + 1, rows[i][j - 1] + 1);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.length][b.length];
  }

  /** {known stem: how well it fits} for a stem that was asked: itself, words that begin with it, else those spelled alike. */
  function alike(asked) {
    const begin = [...known].filter((each) => each !== asked && each.startsWith(asked));
    const found = new Map(begin.map((each) => [each, 0.7]));
    if (known.has(asked)) found.set(asked, 1);
    if (found.size || asked.length < 4) return found;
    const allowed = asked.length < 8 ? 1 : 2;
    const near = [...known].filter((each) => Math.abs(each.length - asked.length) <= allowed && distance(asked, each) <= allowed);
    return new Map(near.map((each) => [each, 0.6]));
  }

  const fit = (list, forms) => list.reduce((best, each) => Math.max(best, forms.get(each) || 0), 0);
  const times = (list, forms) => list.reduce((sum, each) => sum + (forms.get(each) || 0), 0);

  function scoreOf(section, forms) {
    const often = times(section.in.text, forms);
    const { heading, title } = section.in;
    return WEIGHT.heading * fit(heading, forms) + WEIGHT.title * fit(title, forms) + (WEIGHT.text * often) / (often + 2);
  }

  /* Words side by side, as they were asked, say more than the same words apart. */
  function together(list, asked) {
    return asked.length > 1 && list.some((_, i) => asked.every((forms, k) => forms.has(list[i + k])));
  }

  /** Sections that fit, the best first. */
  function search(query) {
    const asked = stems(query).map(alike).filter((forms) => forms.size);
    const has = (forms) => sections.filter((section) => scoreOf(section, forms)).length;
    const rare = asked.map((forms) => Math.log(1 + sections.length / (1 + has(forms))));
    const scored = sections.map((section) => {
      const { heading, text } = section.in;
      const scores = asked.map((forms, k) => rare[k] * scoreOf(section, forms));
      const covered = scores.filter(Boolean).length / asked.length;
      const close = (together(heading, asked) ? 8 : 0) + (together(text, asked) ? 3 : 0);
      const about = heading.filter((word) => asked.some((forms) => forms.has(word))).length / (heading.length || 1);
      const sum = scores.reduce((all, one) => all + one, close) * covered ** 2 * (1 + about);
      return [section, BEHIND.test(section.page) ? 0.7 * sum : sum];
    });
    return scored.filter(([, score]) => score > 0).sort((a, b) => b[1] - a[1]).map(([section]) => section);
  }

  /* The text around the first word that fits, with all that fit marked. */
  function excerpt({ text }, forms) {
    const parts = text.split(/([\p{L}\p{N}]+)/u);
    const fits = (part) => words(part).some((word) => forms.some((each) => each.has(stem(word))));
    const first = Math.max(parts.findIndex(fits), 0);
    const start = text.lastIndexOf(" ", Math.max(parts.slice(0, first).join("").length - AROUND, 0)) + 1;
    const cut = text.slice(start, start + 2 * AROUND);
    const marked = cut.split(/([\p{L}\p{N}]+)/u).map((part) => (fits(part) ? make("mark", {}, part) : part));
    return make("p", {}, start ? "… " : "", ...marked, start + cut.length < text.length ? " …" : "");
  }

  const ROOT = document.documentElement.dataset.content_root;

  function result(section, forms) {
    const href = `${ROOT}${section.page}.html${section.anchor && `#${section.anchor}`}`;
    const where = section.heading === section.title ? [] : [make("span", { class: "where" }, section.title)];
    return make("li", {}, make("a", { href }, section.heading), ...where, excerpt(section, forms));
  }

  const field = document.querySelector("main .bd-search input");
  const status = document.querySelector("#search-status");

  function show() {
    const forms = stems(field.value).map(alike);
    const found = search(field.value);
    document.querySelector("#search-results").replaceChildren(...found.slice(0, MOST).map((section) => result(section, forms)));
    const some = found.length > MOST ? `The best ${MOST} of ${found.length} sections.` : `${found.length} ${found.length === 1 ? "section" : "sections"}.`;
    status.textContent = field.value.trim() ? some : "";
  }

  field.value = new URLSearchParams(location.search).get("q") || "";
  field.addEventListener("input", show);
  show();
  if (!field.value) field.focus();
})();

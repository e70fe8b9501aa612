/* Makes a book of Sphinx's one page, in the browser that prints it (book/downloads.py): a cover, a table of contents, a
   running head for each chapter, answers at the end, and nothing that is of use on a screen alone. */
"use strict";

globalThis.Paper = (() => {
  const ON_A_SCREEN = ["book/explorer", "book/progress", "book/terms"];
  const article = document.querySelector("article");

  function make(tag, attributes = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  }

  const words = (heading) => [...heading.childNodes].filter((node) => !node.matches?.(".headerlink")).map((node) => node.textContent).join("");

  /** [page, section] of each page; before its section stands an element with the page's name. */
  function pages() {
    const all = [...article.querySelectorAll('section, span[id^="document-"]')];
    return all.flatMap((mark, i) => (mark.matches("span") ? [[mark.id.slice("document-".length), all[i + 1]]] : []));
  }

  function leaveOut() {
    for (const [page, section] of pages().filter(([name]) => ON_A_SCREEN.includes(name))) {
      document.getElementById(`document-${page}`).remove();
      section.remove();
    }
    for (const line of article.querySelectorAll("p")) if (line.textContent === "YOUR ANSWER HERE") line.remove();
    for (const link of article.querySelectorAll('a[href^="#document-"]')) {
      if (ON_A_SCREEN.some((page) => link.hash.startsWith(`#document-${page}`))) link.replaceWith(...link.childNodes);
    }
  }

  /* Pages lie within each other, as the site's contents do: each becomes a section of its own, or paper would stay blank behind the inner. */
  function sideBySide() {
    for (const [page, section] of pages()) {
      section.prepend(document.getElementById(`document-${page}`));
      article.append(section);
    }
    document.querySelectorAll(".toctree-wrapper").forEach((wrapper) => wrapper.remove());
  }

  /* The parts of the book: of a page, its heading and the headings below, with an id of its own for each. */
  function parts() {
    return [...article.children].slice(1).map((section) => {
      const page = section.firstElementChild.id.slice("document-".length);
      const [title, ...below] = [...section.querySelectorAll(":scope > :is(h1, h2, h3), :scope > section > :is(h2, h3, h4)")];
      title.id = `page-${page}`;
      below.forEach((heading, i) => (heading.id = `page-${page}-${i}`));
      return { page, section, title, below, isChapter: /^notebooks\/\d/.test(page) };
    });
  }

  const entry = (heading, kind) => make("li", { class: kind }, make("a", { href: `#${heading.id}` }, words(heading)), make("span", { class: "number" }));

  const PLAIN = new Set(["Summary", "Self-test", "Further reading"]);

  function contents(found) {
    const entries = found.flatMap(({ title, below, isChapter }) => {
      const inner = isChapter ? below.filter((each) => !PLAIN.has(words(each))) : [];
      return [entry(title, isChapter ? "chapter" : "page"), ...inner.map((each) => entry(each, "section"))];
    });
    return make("nav", { class: "paper-contents" }, make("h1", {}, "Contents"), make("ol", {}, ...entries));
  }

  const quoted = (text) => `"${text.replace(/["\\]/g, "\\$&")}"`;

  /* CSS has no running heads that change by themselves, but pages by name have heads of their own. */
  function heads(found) {
    const rules = found.map(({ section, title }, i) => {
      section.style.page = `part-${i}`;
      return `@page part-${i} { @top-right { content: ${quoted(words(title))}; } }`;
    });
    document.head.append(make("style", {}, ...rules));
  }

  function answersToTheEnd(found) {
    const end = make("section", { class: "paper-answers" }, make("h2", { id: "page-answers" }, "Answers to the self-tests"));
    for (const { section, title } of found) {
      const answers = section.querySelector(".answers");
      if (!answers) continue;
      answers.querySelector(".rubric")?.remove();
      end.append(make("h3", {}, words(title)), answers);
    }
    article.append(end);
    return { page: "answers", section: end, title: end.firstChild, below: [], isChapter: false };
  }

  /** Rearrange the page; the numbers of the contents are filled in when they are known. */
  function prepare({ title, authors, edition, picture }) {
    leaveOut();
    sideBySide();
    const found = parts();
    found.push(answersToTheEnd(found));
    heads(found);
    const cover = make("section", { class: "paper-cover" }, make("img", { src: picture, alt: `${title}. ${authors}. ${edition}` }));
    for (const fold of article.querySelectorAll("details")) fold.open = true;
    document.body.replaceChildren(cover, contents(found), article);
  }

  /** Show the contents' page numbers, in the order of its entries, and nothing else. */
  function number(numbers) {
    document.querySelectorAll(".paper-contents .number").forEach((place, i) => (place.textContent = numbers[i]));
    const none = ["top-left", "top-right", "bottom-center"].map((place) => `@${place} { content: none; }`).join(" ");
    document.head.append(make("style", {}, `@page contents { ${none} }`));
    document.documentElement.classList.add("numbers-alone");
  }

  /** The ids that the contents link to, and the words of all headings, in order. */
  const listed = () => [...document.querySelectorAll(".paper-contents a")].map((link) => link.getAttribute("href").slice(1));
  const headings = () => [...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(words);

  return { prepare, number, listed, headings };
})();

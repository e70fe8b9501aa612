/** Make elements of a namespace, HTML by default: make(name, attributes, ...children). A function listens to the event of
    its name, true is an attribute without a value; what is undefined, null or false is left out. */
function maker(space = "http://www.w3.org/1999/xhtml") {
  return (name, attributes = {}, ...children) => {
    const element = document.createElementNS(space, name);
    for (const [key, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(key, value);
      else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.flat().filter((child) => child !== undefined && child !== null));
    return element;
  };
}

/* What a browser keeps of the site as text, or as JSON, where it lets a page keep something; null for nothing. */
const kept = {
  get(key) {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  },
  parsed(key) {
    try {
      return JSON.parse(kept.get(key));
    } catch {
      return null; // something else wrote there
    }
  },
  set(key, text) {
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // then it is not kept
    }
  },
};

/* Let the keyboard reach what has to be scrolled sideways, and only that; named(box) says what a box holds. */
function reachable(boxes, named) {
  for (const box of boxes) {
    if (box.scrollWidth <= box.clientWidth) continue;
    box.tabIndex = 0;
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", `${named(box)}, can be scrolled`);
  }
}

globalThis.Course = { make: maker(), maker, kept, reachable };

// A formula that is wider than the page scrolls in its box: by keyboard too, as the theme does it for code and tables.
function reachByKeyboard() {
  for (const box of document.querySelectorAll("div.math")) {
    if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    else box.removeAttribute("tabindex");
  }
}
addEventListener("load", reachByKeyboard);
addEventListener("resize", reachByKeyboard);

// What style sheets can't do for print: paper is light, and answers that are folded on the screen are unfolded.
let themeOnScreen;
addEventListener("beforeprint", () => {
  themeOnScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  for (const folded of document.querySelectorAll("main details:not([open])")) {
    folded.open = true;
    folded.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = themeOnScreen;
  for (const opened of document.querySelectorAll("details[data-opened-for-print]")) {
    opened.open = false;
    delete opened.dataset.openedForPrint;
  }
});

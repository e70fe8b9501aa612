// What style sheets can't do for print: answers that are folded on the screen are unfolded on paper.
addEventListener("beforeprint", () => {
  for (const folded of document.querySelectorAll("main details:not([open])")) {
    folded.open = true;
    folded.dataset.openedForPrint = "";
  }
});
addEventListener("afterprint", () => {
  for (const opened of document.querySelectorAll("details[data-opened-for-print]")) {
    opened.open = false;
    delete opened.dataset.openedForPrint;
  }
});

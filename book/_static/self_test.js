/* Makes a form of each question of a self-test: choose, check, read why. Without it, the options unfold one by one. */
"use strict";

(() => {
  const { make } = Course;
  const page = DOCUMENTATION_OPTIONS.pagename;
  const LETTER = /^[a-z]/;

  /** What the page's HTML says of an option: {letter, right, choice, reason}, the last two as nodes. */
  function read(details) {
    const [choice, reason] = details.children;
    const [letter] = choice.textContent.match(LETTER);
    return { letter, right: "right" in details.dataset, choice: [...choice.childNodes], reason: [...reason.childNodes] };
  }

  function line(number, option) {
    option.radio = make("input", { type: "radio", name: `question-${number}`, value: option.letter });
    return make("label", { class: "choice" }, option.radio, make("span", {}, ...option.choice));
  }

  function verdict(option) {
    const sign = make("span", { class: "sign", "aria-hidden": "true" }, option.right ? "✓ " : "✗ ");
    return [sign, ...option.reason.map((node) => node.cloneNode(true))];
  }

  function show(form, option) {
    form.said.className = `said ${option.right ? "right" : "wrong"}`;
    form.said.replaceChildren(...verdict(option));
  }

  function check(form) {
    const option = form.options.find(({ radio }) => radio.checked);
    if (!option) {
      form.said.replaceChildren("Choose an answer first.");
      return;
    }
    show(form, option);
    const answers = { ...Progress.of(page).answers, [form.number]: option.letter };
    Progress.keep({ answers, right: right(answers) });
    sum(answers);
  }

  function build(box) {
    const { number } = box.dataset;
    const options = [...box.querySelectorAll("details.option")].map(read);
    const [words] = box.children;
    const said = make("p", { class: "said", role: "status" });
    const fieldset = make("fieldset", {}, make("legend", {}, ...words.childNodes), ...options.map((each) => line(number, each)));
    const button = make("button", { type: "submit", class: "check-answer" }, "Check");
    const form = { number, options, said };
    const submit = (event) => {
      event.preventDefault();
      check(form);
    };
    const change = () => {
      said.className = "said";
      said.replaceChildren();
    };
    form.element = make("form", { class: "question", submit, change }, fieldset, button, said);
    box.replaceWith(form.element);
    return form;
  }

  const forms = [...document.querySelectorAll("div.question")].map(build);
  const count = make("p", { class: "questions-right", role: "status" });
  forms.at(-1).element.after(count);

  const chosen = (form, answers) => form.options.find(({ letter }) => letter === answers[form.number]);
  const right = (answers) => forms.filter((form) => chosen(form, answers)?.right).length;

  function sum(answers) {
    count.textContent = `${right(answers)} of ${forms.length} questions right.`;
  }

  const { answers } = Progress.of(page);
  if (answers) {
    for (const form of forms.filter((each) => chosen(each, answers))) {
      chosen(form, answers).radio.checked = true;
      show(form, chosen(form, answers));
    }
    sum(answers);
  }
})();

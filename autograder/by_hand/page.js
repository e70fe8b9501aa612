// Grading one written question. Answers and comments are only ever shown as text.
const at = (id) => document.getElementById(id);
let groups = [];
let comments = [];
let place = 0;
let busy = false;

async function ask(path, body) {
  const sent = body && { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const answer = await fetch(path, sent);
  return { status: answer.status, ...(await answer.json()) };
}

const given = () => ({
  points: at("points").value === "" ? null : Number(at("points").value),
  comment: at("comment").value.trim(),
});

function changed() {
  const { points, comment } = given();
  return Boolean(groups[place]) && (points !== groups[place].points || comment !== groups[place].comment.trim());
}

const say = (text) => {
  at("message").textContent = text;
};

const count = (some) => some.reduce((sum, group) => sum + group.ids.length, 0);

function showProgress() {
  const all = count(groups);
  const waiting = count(groups.filter((group) => group.waits));
  at("progress").textContent = `${all - waiting} of ${all} graded, ${waiting} waiting`;
}

function describe({ ids, points, waits }) {
  const same = ids.length > 1 ? `${ids.length} equal answers. ` : "";
  if (!waits) return `${same}Graded: ${points} points.`;
  return points === null ? `${same}Waiting for points.` : `${same}The answer changed after it got ${points} points.`;
}

function show() {
  const group = groups[place];
  showProgress();
  at("form").hidden = !group;
  at("answer").textContent = group ? group.answer || "(nothing written)" : "There is nothing to grade: no answer to this question is waiting.";
  if (!group) return;
  at("place").textContent = `Response ${place + 1} of ${groups.length}`;
  at("state").textContent = describe(group);
  at("split").hidden = group.ids.length === 1;
  at("points").value = group.points ?? "";
  at("comment").value = group.comment;
  showComments();
}

function showComments() {
  const lines = at("comment").value.split("\n");
  const buttons = [...at("comments").querySelectorAll("button")];
  buttons.forEach((button, i) => button.setAttribute("aria-pressed", String(lines.includes(comments[i]))));
}

function listComments() {
  const used = groups.flatMap((group) => group.comment.split("\n")).filter(Boolean);
  comments = [...new Set([...comments, ...used])];
  const items = comments.map((text, i) => {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = i < 9 ? `${i + 1}. ${text}` : text;
    button.addEventListener("click", () => toggle(i));
    item.append(button);
    return item;
  });
  at("comments").replaceChildren(...items);
}

function toggle(i) {
  if (i >= comments.length) return;
  const lines = at("comment").value.split("\n").filter(Boolean);
  const there = lines.includes(comments[i]);
  at("comment").value = (there ? lines.filter((line) => line !== comments[i]) : [...lines, comments[i]]).join("\n");
  showComments();
}

// Saves what was changed; tells whether the page may go on.
async function save() {
  if (!changed()) return true;
  if (!at("form").reportValidity()) return false;
  const { ids, version } = groups[place];
  const wanted = given();
  const answer = await ask("grade", { ids, version, ...wanted });
  if (answer.groups) groups.splice(place, 1, ...answer.groups);
  if (answer.status === 200) {
    say(wanted.points === null ? "Saved without points." : `Saved: ${wanted.points} points.`);
    listComments();
    return true;
  }
  if (answer.status === 409) {
    show();
    at("points").value = wanted.points ?? "";
    at("comment").value = wanted.comment;
    say(`${answer.error} The new ones are shown above. Yours are not saved; save again to replace them.`);
  } else say(answer.error);
  return false;
}

function go(to) {
  place = Math.min(Math.max(to, 0), Math.max(groups.length - 1, 0));
  show();
  at("answer").scrollTop = 0;
  at("answer").focus();
}

const nextWaiting = () => {
  const order = groups.map((_, i) => (place + 1 + i) % groups.length);
  return order.find((i) => groups[i].waits) ?? place;
};

async function saveAndGo(where) {
  if (busy) return;
  busy = true;
  try {
    if (await save()) go(where());
    if (!groups.some((group) => group.waits)) say(`${at("message").textContent} All responses are graded.`);
  } catch {
    say("Not saved: the program that serves this page has ended. Start it again and open the address that it prints.");
  } finally {
    busy = false;
  }
}

const DIGIT = /^Digit[0-9]$/;
const KEYS = {
  j: () => saveAndGo(() => place + 1),
  k: () => saveAndGo(() => place - 1),
  c: () => at("comment").focus(),
};

function press(event) {
  if (event.key === "Escape") return at("answer").focus();
  const writing = event.target === at("comment");
  if (!at("keys").checked || event.ctrlKey || event.altKey || event.metaKey || writing || !groups.length) return;
  if (event.shiftKey && DIGIT.test(event.code) && event.code !== "Digit0") {
    toggle(Number(event.code.slice(5)) - 1);
  } else if (/^[0-9]$/.test(event.key) && event.target !== at("points")) {
    at("points").value = event.key;
    at("points").focus();
  } else if (event.key === "Enter" && event.target === at("answer")) {
    saveAndGo(nextWaiting);
  } else if (KEYS[event.key]) KEYS[event.key]();
  else return;
  event.preventDefault();
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  saveAndGo(nextWaiting);
});
at("previous").addEventListener("click", () => saveAndGo(() => place - 1));
at("next").addEventListener("click", () => saveAndGo(() => place + 1));
at("split").addEventListener("click", () => {
  const { ids, ...rest } = groups[place];
  groups.splice(place, 1, ...ids.map((id) => ({ ids: [id], ...rest })));
  go(place);
});
at("comment").addEventListener("input", showComments);
document.addEventListener("keydown", press);
window.addEventListener("beforeunload", (event) => {
  if (changed()) event.preventDefault();
});

try {
  const all = await ask("responses");
  if (all.groups) {
    ({ groups, comments } = all);
    listComments();
    go(Math.max(groups.findIndex((group) => group.waits), 0));
  } else say(all.error);
} catch {
  say("The program that serves this page has ended. Start it again and open the address that it prints.");
}

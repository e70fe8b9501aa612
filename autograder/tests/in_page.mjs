// Grades answers as a page does, in Node: reads {exercise, answers: [{source} or {outcomes}]} and writes what came out.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const book = new URL("../../book/", import.meta.url);
const read = (path) => readFileSync(new URL(path, book), "utf8");
const { loadMicroPython } = await import(new URL("_vendor/micropython/micropython.mjs", book));
for (const script of ["judge.js", "engine.js"]) vm.runInThisContext(read(`_static/try_it/${script}`));

async function run({ name, behaviours, measures }, source) {
  const python = await loadMicroPython({ heapsize: 8 * 1024 * 1024, stdout() {}, stderr() {} });
  const cases = behaviours.flatMap((behaviour) => behaviour.cases.map((one) => [one.args, one.kwargs, behaviour.measured]));
  const told = [];
  python.runPython(read("_ext/try_it_runner.py"));
  python.globals.set("__task", JSON.stringify([[], source, name, cases, measures]));
  python.globals.set("__tell", (text) => told.push(JSON.parse(text)));
  python.runPython("run(*json.loads(__task), __tell)");
  return told;
}

async function result({ source, outcomes = null }) {
  const [defined, ...found] = outcomes ? [{}, ...outcomes] : await run(exercise, source);
  if (!found.length) return { defined };
  const { points, mistakes, either, more, tried } = globalThis.TryIt.grade(exercise, found);
  const kinds = tried.map((one) => one.difference?.kind ?? null);
  const texts = tried.map((one) => one.difference?.text ?? null);
  return { defined, points, mistakes: mistakes.map(({ id }) => id), either, more, kinds, texts, outcomes: found };
}

const { exercise, answers } = JSON.parse(readFileSync(0, "utf8"));
const results = [];
for (const answer of answers) results.push(await result(answer));
console.log(JSON.stringify(results));

/* For test_explorer_arithmetic.py: the lines of Keras that the explorer writes for the vectors' settings, and the outputs that it
 * shows for lines that are typed in. */
"use strict";

const { readFileSync } = require("node:fs");
const path = require("node:path");

for (const name of ["arithmetic", "state", "code"]) require(path.join(process.env.EXPLORER_SCRIPTS, `${name}.js`));
const { arithmetic: A, state: S, code: C } = globalThis.Explorer;
const usual = S.parse("w=counting").state;

const written = JSON.parse(readFileSync(process.env.EXPLORER_VECTORS, "utf8")).cases
  .map((one) => (one.impossible ? "" : C.write({ ...usual, ...one.setting, channels: [1, 1] }).keras.code));
const typed = JSON.parse(process.env.EXPLORER_TYPED).map(({ line, size }) => {
  const { changes, error } = C.read(line, { ...usual, size });
  const state = { ...usual, size, ...changes };
  return error || A.geometry(state).error ? null : A.output(S.image(state), S.kernel(state), state);
});
process.stdout.write(JSON.stringify({ written, typed }));

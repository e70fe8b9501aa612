/* The explorer's state: what it may be, and how it stands in a link.
 *
 * A link ends in `#explorer?op=conv&n=5x5&…`. Whatever a link holds, each part is read by a rule that knows what is
 * allowed; a part that breaks its rule is left out and named, and the default stands in its place.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.state = (() => {
  const { range, table, geometry } = globalThis.Explorer.arithmetic;
  const MARK = "explorer?";
  const LONGEST = 4000; // characters of a link; the largest state needs about half
  const LIMITS = { size: [1, 12], kernel: [1, 7], stride: [1, 6], dilation: [1, 4], padding: [0, 24], crop: [-5, 24], channels: [1, 4096] };
  const LAYERS = [2, 4]; // how many follow each other
  const DRAWN = 4; // planes of a map that are drawn
  const WORDS = {
    view: ["forward", "backward", "channels", "layers"],
    op: ["conv", "pool", "transposed"],
    kind: ["max", "avg", "min", "l2", "global-max", "global-avg"],
    rule: ["valid", "same", "half", "full"],
    mode: ["constant", "reflect", "edge", "wrap", "ignore"],
    counts: ["off", "direct", "copies"],
    input: ["mixed", "counting", "ones", "edge", "point", "negative"],
    kernel: ["edge", "counting", "ones", "blur", "sharpen", "centre"],
  };

  /* Where an operation starts when it is chosen. */
  const STARTS = {
    conv: { size: [5, 5], kernel: [3, 3], stride: [1, 1], dilation: [1, 1], padding: "same", mode: "constant" },
    pool: { size: [6, 6], kernel: [2, 2], stride: [2, 2], dilation: [1, 1], padding: "valid", mode: "ignore" },
    transposed: { size: [3, 3], kernel: [3, 3], stride: [2, 2], dilation: [1, 1], padding: "valid", mode: "constant" },
  };

  /* A layer of a network: square, and without numbers of its own. */
  function layer(op, k, s, d, rule) {
    const shared = op === "pool" ? { kind: "max", mode: "ignore" } : { mode: "constant" };
    return { op, ...shared, kernel: [k, k], stride: [s, s], dilation: [d, d], padding: rule, fill: 0 };
  }

  const DEFAULTS = {
    op: "conv", kind: "max", ...STARTS.conv, fill: 0, input: "mixed", weights: "edge", at: 0, all: false,
    counts: "off", channels: [1, 1], bias: true, question: "", view: "forward", gradient: "ones",
    layers: [layer("conv", 3, 1, 1, "valid"), layer("pool", 2, 2, 1, "valid"), layer("conv", 3, 1, 1, "valid")],
  };

  const middle = (n) => Math.floor((n - 1) / 2);
  const binomial = (k) => range(k - 1).reduce((row) => [...row, 0].map((v, i) => v + (row[i - 1] || 0)), [1]);
  const INPUTS = {
    mixed: (r, c) => (7 * r + 3 * c + 5 * r * c + 2) % 10,
    counting: (r, c, h, w) => r * w + c + 1,
    ones: () => 1,
    edge: (r, c, h, w) => (c < w / 2 ? 0 : 9),
    point: (r, c, h, w) => Number(r === middle(h) && c === middle(w)),
    negative: (r, c) => -1 - ((7 * r + 3 * c + 5 * r * c + 2) % 9),
  };
  const KERNELS = {
    edge: (i, j, kh, kw) => (j === 0 ? 1 : 0) - (j === kw - 1 ? 1 : 0) + (kw === 1 ? 1 : 0),
    counting: (i, j, kh, kw) => i * kw + j + 1,
    ones: () => 1,
    blur: (i, j, kh, kw) => binomial(kh)[i] * binomial(kw)[j],
    sharpen: (i, j, kh, kw) => {
      const away = Math.abs(i - middle(kh)) + Math.abs(j - middle(kw));
      return away === 0 ? 5 : -Number(away === 1);
    },
    centre: (i, j, kh, kw) => Number(i === middle(kh) && j === middle(kw)),
  };

  /* The numbers of a pattern's name, or the own numbers themselves. */
  const numbers = (values, patterns, [h, w]) =>
    Array.isArray(values) ? values : table(h, w, (r, c) => patterns[values](r, c, h, w));
  const image = (state) => numbers(state.input, INPUTS, state.size);
  const kernel = (state) => numbers(state.weights, KERNELS, state.kernel);

  /* The gradient of the output, of this size. */
  const gradient = (state, { rows, columns }) => numbers(state.gradient, INPUTS, [rows.out, columns.out]);

  /* Planes of the input that are drawn: the image itself, then the image moved on by a cell for each plane. */
  const planes = (state) => range(Math.min(state.channels[0], DRAWN)).map((p) => image(state)
    .map((line, r, all) => line.map((_, c) => all[(r + p) % all.length][(c + p) % line.length])));

  /* Filters that are drawn: the first kernel of the first one is the kernel itself, the others are patterns in turn. */
  function filters(state) {
    const names = WORDS.kernel;
    const first = Math.max(names.indexOf(state.weights), 0);
    const weights = (f, p) => (f + p === 0 ? kernel(state) : numbers(names[(first + 2 * f + p) % names.length], KERNELS, state.kernel));
    const [cin, cout] = state.channels.map((count) => Math.min(count, DRAWN));
    return range(cout).map((f) => range(cin).map((p) => weights(f, p)));
  }

  /* Own numbers after a change of size: what fits stays, new cells come from the first pattern. */
  function resized(values, patterns, [h, w]) {
    if (!Array.isArray(values)) return values;
    const fresh = Object.values(patterns)[0];
    return table(h, w, (r, c) => values[r]?.[c] ?? fresh(r, c, h, w));
  }

  const within = (value, [low, high]) => (value >= low && value <= high ? value : undefined);
  const whole = (text, limits) => (/^\d{1,4}$/.test(text) ? within(Number(text), limits) : undefined);
  const word = (words) => (text) => (words.includes(text) ? text : undefined);
  const flag = (text) => ({ 0: false, 1: true })[text];
  const complete = (list) => (list.includes(undefined) ? undefined : list);

  /* A cell's number: at most four digits before the point and three after. */
  function number(text) {
    const plain = text.trim().replace("\u2212", "-").replace(",", ".");
    return /^-?\d{1,4}(\.\d{1,3})?$/.test(plain) ? Number(plain) + 0 : undefined;
  }

  const pair = (limits) => (text) => {
    const parts = text.split("x");
    return parts.length === 2 ? complete(parts.map((part) => whole(part, limits))) : undefined;
  };

  function padding(text) {
    if (WORDS.rule.includes(text)) return text;
    const parts = text.split(",").map((part) => (/^-\d$/.test(part) ? within(Number(part), LIMITS.crop) : whole(part, LIMITS.padding)));
    return parts.length === 4 ? complete(parts) : undefined;
  }

  const grid = (words) => (text) => {
    if (words.includes(text)) return text;
    const rows = text.split(";").map((row) => complete(row.split(",").map(number)));
    return rows.every((row) => row && row.length === rows[0].length) ? rows : undefined;
  };

  /* Layers: conv-3-1-1-same,pool-2-2-1-valid gives operation, kernel, stride, dilation and padding of each. */
  function layers(text) {
    const list = text.split(",").map((part) => {
      const [op, k, s, d, rule, more] = part.split("-");
      const sizes = [whole(k ?? "", LIMITS.kernel), whole(s ?? "", LIMITS.stride), whole(d ?? "", LIMITS.dilation)];
      const known = ["conv", "pool"].includes(op) && WORDS.rule.includes(rule) && more === undefined && !sizes.includes(undefined);
      return known ? layer(op, ...sizes, rule) : undefined;
    });
    return within(list.length, LAYERS) && complete(list);
  }
  const asLayers = (list) => list.map(({ op, kernel: [k], stride: [s], dilation: [d], padding: rule }) => [op, k, s, d, rule].join("-")).join(",");

  /* In a link: the key, the name in the state, how to read it, how to write it. */
  const asPair = (values) => values.join("x");
  const asGrid = (values) => (Array.isArray(values) ? values.map((row) => row.join(",")).join(";") : values);
  const asFlag = (value) => String(Number(value));
  const PARTS = [
    ["v", "view", word(WORDS.view), String],
    ["op", "op", word(WORDS.op), String],
    ["kind", "kind", word(WORDS.kind), String],
    ["n", "size", pair(LIMITS.size), asPair],
    ["k", "kernel", pair(LIMITS.kernel), asPair],
    ["s", "stride", pair(LIMITS.stride), asPair],
    ["d", "dilation", pair(LIMITS.dilation), asPair],
    ["p", "padding", padding, String],
    ["mode", "mode", word(WORDS.mode), String],
    ["fill", "fill", number, String],
    ["x", "input", grid(WORDS.input), asGrid],
    ["w", "weights", grid(WORDS.kernel), asGrid],
    ["at", "at", (text) => whole(text, [0, 9999]), String],
    ["all", "all", flag, asFlag],
    ["counts", "counts", word(WORDS.counts), String],
    ["c", "channels", pair(LIMITS.channels), asPair],
    ["bias", "bias", flag, asFlag],
    ["g", "gradient", grid(WORDS.input), asGrid],
    ["l", "layers", layers, asLayers],
    ["q", "question", (text) => (/^[a-z0-9-]{1,40}$/.test(text) ? text : undefined), String],
  ];
  const ALWAYS = new Set(["op", "n", "k", "s", "p"]);

  /* Make parts that contradict each other agree; return the keys of those that had to give way. */
  function reconcile(state) {
    const wrong = [];
    const fits = (values, [h, w]) => !Array.isArray(values) || (values.length === h && values[0].length === w);
    const mend = (key, name, value) => { wrong.push(key); state[name] = value; };
    if (!fits(state.input, state.size)) mend("x", "input", DEFAULTS.input);
    if (!fits(state.weights, state.kernel)) mend("w", "weights", DEFAULTS.weights);
    // a transposed convolution may add cells instead of cropping, others have no negative padding
    if (state.op !== "transposed" && Array.isArray(state.padding) && Math.min(...state.padding) < 0) mend("p", "padding", DEFAULTS.padding);
    const { rows, columns } = geometry(state);
    if (!fits(state.gradient, [rows.out, columns.out])) mend("g", "gradient", DEFAULTS.gradient);
    if (state.mode === "ignore" && state.op !== "pool") mend("mode", "mode", "constant");
    return wrong;
  }

  /* Read the part of a link behind `explorer?`: the state, and the keys of what could not be read. */
  function parse(text) {
    if (text.length > LONGEST) return { state: structuredClone(DEFAULTS), problems: ["the whole link"] };
    const given = new Map(text.split("&").filter(Boolean).map((part) => {
      const [key, ...rest] = part.split("=");
      return [key, rest.join("=")];
    }));
    const op = WORDS.op.includes(given.get("op")) ? given.get("op") : DEFAULTS.op;
    const state = structuredClone({ ...DEFAULTS, ...STARTS[op] });
    const problems = [];
    for (const [key, name, read] of PARTS) {
      if (!given.has(key)) continue;
      const value = read(given.get(key));
      if (value === undefined) problems.push(key);
      else state[name] = value;
      given.delete(key);
    }
    problems.push(...reconcile(state));
    if (given.size) problems.push("a part with an unknown name");
    return { state, problems };
  }

  /* Write a state as the part of a link behind `explorer?`; what follows from the operation is left out. */
  function format(state) {
    const base = { ...DEFAULTS, ...STARTS[state.op] };
    const differs = (name, write) => write(state[name]) !== write(base[name]);
    return PARTS.filter(([key, name, , write]) => ALWAYS.has(key) || differs(name, write))
      .map(([key, name, , write]) => `${key}=${write(state[name])}`)
      .join("&");
  }

  /* The state in an address's hash, or null where it addresses something else. */
  function fromHash(hash) {
    const text = hash.replace(/^#/, "");
    if (!text.startsWith(MARK)) return null;
    let plain = text.slice(MARK.length);
    try { plain = decodeURIComponent(plain); } catch { /* a stray %: the rules below judge it */ }
    return parse(plain);
  }

  const toHash = (state) => `#${MARK}${format(state)}`;

  return {
    LIMITS, LAYERS, DRAWN, WORDS, STARTS, layer, gradient, planes, filters, DEFAULTS, INPUTS, KERNELS, image, kernel, resized, number, parse, format, fromHash, toHash,
  };
})();

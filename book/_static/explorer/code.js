/* A layer as one line of Keras or PyTorch: read into settings, and written from them. Sizes come from arithmetic.js.
 *
 * read(text, state) gives { changes, notes } or { error }; write(state) gives { keras: { code, notes }, torch: { … } }, where
 * code is "" for what the framework has no layer for, and a note says so.
 */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.code = (() => {
  const { arithmetic: A, state: S } = globalThis.Explorer;
  const { LIMITS } = S;
  const AXES = [0, 1];

  /* What cannot be read or shown; the message is for the reader. */
  class Unreadable extends Error {}
  const refuse = (message) => { throw new Unreadable(message); };

  /* ---------------------------------------------------------------- Python's syntax, as far as a layer needs it */

  /* Values are numbers, strings, true, false, null, lists, or calls { name, values, named }. */
  function parse(text) {
    const tokens = text.match(/"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|[A-Za-z_][\w.]*|[()[\],=]|\S/g) ?? [];
    let at = 0;
    const take = (wanted) => {
      if (tokens[at] !== wanted) refuse(tokens[at] === undefined ? `The line ends where “${wanted}” should follow.` : `“${tokens[at]}” is unexpected; “${wanted}” should stand there.`);
      at += 1;
    };
    const list = (end, item) => {
      const items = [];
      while (tokens[at] !== end) {
        items.push(item());
        if (tokens[at] !== end) take(",");
      }
      take(end);
      return items;
    };
    const argument = () => {
      if (tokens[at + 1] !== "=") return { value: value() };
      const key = tokens[at];
      at += 2;
      return { key, value: value() };
    };
    const value = () => {
      const token = tokens[at] ?? refuse("The line ends too early.");
      at += 1;
      if (token === "(") return list(")", value);
      if (token === "[") return list("]", value);
      if (/^["']/.test(token)) return token.slice(1, -1);
      if (/^-?\d/.test(token)) return Number(token);
      if (!/^[A-Za-z_]/.test(token)) refuse(`“${token}” is unexpected.`);
      if (tokens[at] !== "(") return Object.hasOwn(CONSTANTS, token) ? CONSTANTS[token] : refuse(`“${token}” is no value that can be read here.`);
      at += 1;
      const found = list(")", argument);
      return { name: token, values: found.filter(({ key }) => !key).map((one) => one.value), named: Object.fromEntries(found.filter(({ key }) => key).map((one) => [one.key, one.value])) };
    };
    const result = value();
    return at < tokens.length ? refuse(`“${tokens[at]}” is left over after the layer.`) : result;
  }
  const CONSTANTS = { True: true, False: false, None: null };

  /* ---------------------------------------------------------------- the layers that can be read */

  // Each: what it is here, its arguments in order (with the defaults that matter), and those that change nothing that is drawn.
  const KERAS_QUIET = ["data_format", "name", "activation", "kernel_initializer", "bias_initializer", "kernel_regularizer", "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint", "input_shape", "dtype", "trainable", "keepdims"];
  const TORCH_QUIET = ["device", "dtype", "return_indices"];
  const KERAS = {
    Conv2D: [keras, "conv", ["filters", "kernel_size", "strides", "padding", "data_format", "dilation_rate", "groups", "activation", "use_bias"]],
    Conv2DTranspose: [keras, "transposed", ["filters", "kernel_size", "strides", "padding", "output_padding", "data_format", "dilation_rate", "activation", "use_bias"]],
    MaxPooling2D: [keras, "max", ["pool_size", "strides", "padding"]],
    AveragePooling2D: [keras, "avg", ["pool_size", "strides", "padding"]],
    GlobalMaxPooling2D: [whole, "global-max", []],
    GlobalAveragePooling2D: [whole, "global-avg", []],
    ZeroPadding2D: [border, "constant", ["padding"]],
    Cropping2D: [border, "crop", ["cropping"]],
  };
  for (const [short, long] of [["MaxPool2D", "MaxPooling2D"], ["AvgPool2D", "AveragePooling2D"], ["GlobalMaxPool2D", "GlobalMaxPooling2D"], ["GlobalAvgPool2D", "GlobalAveragePooling2D"]]) KERAS[short] = KERAS[long];
  const TORCH = {
    Conv2d: [torchConv, "conv", ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias", "padding_mode"]],
    ConvTranspose2d: [torchTransposed, "transposed", ["in_channels", "out_channels", "kernel_size", "stride", "padding", "output_padding", "groups", "bias", "dilation", "padding_mode"]],
    MaxPool2d: [torchPool, "max", ["kernel_size", "stride", "padding", "dilation", "return_indices", "ceil_mode"]],
    AvgPool2d: [torchPool, "avg", ["kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "divisor_override"]],
    LPPool2d: [torchPool, "l2", ["norm_type", "kernel_size", "stride", "ceil_mode"]],
    AdaptiveMaxPool2d: [whole, "global-max", ["output_size"]],
    AdaptiveAvgPool2d: [whole, "global-avg", ["output_size"]],
    ZeroPad2d: [torchBorder, "constant", ["padding"]],
    ConstantPad2d: [torchBorder, "constant", ["padding", "value"]],
    ReflectionPad2d: [torchBorder, "reflect", ["padding"]],
    ReplicationPad2d: [torchBorder, "edge", ["padding"]],
    CircularPad2d: [torchBorder, "wrap", ["padding"]],
  };
  const MODES = { zeros: "constant", reflect: "reflect", replicate: "edge", circular: "wrap" };

  const named = (call) => call.name.split(".").at(-1);
  const quietOf = (call) => (Object.hasOwn(KERAS, named(call)) ? KERAS_QUIET : TORCH_QUIET);

  /* Arguments by name; what the layer does not know is refused. */
  function argumentsOf(call, order) {
    const name = named(call);
    if (call.values.length > order.length) refuse(`${name} takes at most ${order.length} arguments without a name.`);
    const given = { ...Object.fromEntries(call.values.map((value, i) => [order[i], value])), ...call.named };
    for (const key of Object.keys(given)) {
      if (!order.includes(key) && !quietOf(call).includes(key)) refuse(`${name} has no argument “${key}”.`);
    }
    return given;
  }

  /* A number or two, within what the figure can draw. */
  function pair(value, limits, name) {
    const both = Array.isArray(value) ? value : [value, value];
    const valid = both.length === 2 && both.every((one) => Number.isInteger(one) && one >= limits[0] && one <= limits[1]);
    return valid ? both : refuse(`${name} must be a whole number, or two, from ${limits[0]} to ${limits[1]} in this figure.`);
  }

  const CLASH = "Keras does not allow a stride and a dilation above 1 in one layer.";
  const clash = ({ stride, dilation }) => Math.max(...stride) > 1 && Math.max(...dilation) > 1;

  /* ---------------------------------------------------------------- reading */

  function read(text, state) {
    try {
      const found = parse(text.trim().replace(/[;,]$/, ""));
      const calls = (named(found) === "Sequential" ? found.values.flat() : [found]);
      return combined(calls.map((call) => layerOf(call, state)), state);
    } catch (error) {
      if (error instanceof Unreadable) return { error: error.message };
      throw error;
    }
  }

  function layerOf(call, state) {
    if (!call?.name) refuse("Type a layer, such as MaxPooling2D(2) or nn.Conv2d(1, 1, 3).");
    const known = [KERAS, TORCH].find((layers) => Object.hasOwn(layers, named(call)))?.[named(call)] ?? refuse(`“${call.name}” is no layer that this figure shows.`);
    const [make, kind, order] = known;
    const given = argumentsOf(call, order);
    const quiet = Object.keys(given).filter((key) => quietOf(call).includes(key));
    const notes = quiet.length ? [`The figure does not show ${quiet.join(", ")}.`] : [];
    if ((given.groups ?? 1) !== 1) notes.push("The figure shows one group, and counts the costs without groups.");
    const layer = make(given, kind, state);
    return { ...layer, notes: [...notes, ...(layer.notes ?? [])] };
  }

  /* A layer by itself, or one with padding before it or cropping after it. */
  function combined(parts, state) {
    const notes = parts.flatMap((part) => part.notes);
    if (parts.length === 1 && parts[0].changes) return { changes: parts[0].changes, notes };
    const [first, second] = parts;
    if (parts.length !== 2) refuse("The figure shows one layer, with padding before it at most.");
    if (first.border && second.changes) return { changes: padded(first, second.changes), notes };
    if (second.border && first.changes?.op === "transposed") return { changes: cropped(first.changes, second, state), notes };
    return refuse("The figure shows one layer, with padding before it at most.");
  }

  function padded({ border: sides, mode, fill }, changes) {
    if (changes.op === "transposed" || changes.padding !== "valid") refuse("After a layer of padding, the layer itself should have none.");
    const ignored = fill === -Infinity && changes.kind === "max";
    if (!ignored && !Number.isFinite(fill)) refuse("Padding with −∞ goes with max pooling.");
    return { ...changes, padding: within(sides, LIMITS.padding), mode: ignored ? "ignore" : mode, fill: ignored ? 0 : fill };
  }

  function cropped(changes, { border: sides, crop }, state) {
    const { rows, columns } = A.geometry({ ...state, ...changes });
    const more = sides.map((one) => (crop ? one : -one));
    return { ...changes, padding: within([rows.before, rows.after, columns.before, columns.after].map((one, i) => one + more[i]), LIMITS.crop) };
  }

  const within = (sides, [low, high]) => (sides.every((one) => one >= low && one <= high) ? rule(sides)
    : refuse(low < 0 ? `The figure crops at most ${high} cells a side, and adds at most ${-low}.` : `The figure pads ${low} to ${high} cells a side.`));
  const rule = (sides) => (sides.every((one) => one === 0) ? "valid" : sides);

  function keras(given, kind, { channels, bias }) {
    const pool = kind === "max" || kind === "avg";
    const kernel = pair((pool ? given.pool_size : given.kernel_size) ?? (pool ? 2 : undefined), LIMITS.kernel, pool ? "pool_size" : "kernel_size");
    const stride = pair(given.strides ?? (pool ? kernel : 1), LIMITS.stride, "strides");
    const padding = String(given.padding ?? "valid").toLowerCase();
    if (!["valid", "same"].includes(padding)) refuse('In Keras, padding is "valid" or "same". For numbers, put ZeroPadding2D before the layer.');
    if (pool) return { changes: { op: "pool", kind, kernel, stride, dilation: [1, 1], padding, mode: "ignore", fill: 0 } };
    const dilation = pair(given.dilation_rate ?? 1, LIMITS.dilation, "dilation_rate");
    if (clash({ stride, dilation })) refuse(CLASH);
    const filters = channelCount(given.filters, "filters");
    const changes = { op: kind, kernel, stride, dilation, padding, mode: "constant", fill: 0, channels: [channels[0], filters], bias: given.use_bias ?? bias };
    return kind === "conv" ? { changes } : kerasTransposed(changes, given.output_padding ?? null);
  }

  const channelCount = (value, name) => pair(value, LIMITS.channels, name)[0];

  /* Keras's own sizes: "valid" leaves stride cells for each pixel even where the kernel is shorter. */
  function kerasTransposed(changes, extra) {
    const axes = AXES.map((i) => [A.span(changes.kernel[i], changes.dilation[i]), changes.stride[i]]);
    if (extra === null) {
      const longer = axes.map(([span, s]) => -Math.max(s - span, 0));
      return { changes: { ...changes, padding: changes.padding === "same" ? "same" : rule([0, longer[0], 0, longer[1]]) } };
    }
    const more = pair(extra, [0, 5], "output_padding");
    if (axes.some(([, s], i) => more[i] >= s)) refuse("In Keras, output_padding must be smaller than the stride.");
    const note = "output_padding sets the size where a stride leaves it open: that many cells more at the bottom and right.";
    const sides = axes.flatMap(([span, s], i) => A.kerasCrop(changes.padding, span, s, more[i]) ?? refuse("TensorFlow refuses this output_padding with “same”: the stride leads to another size."));
    return { changes: { ...changes, padding: within(sides, LIMITS.crop) }, notes: [note] };
  }

  function whole(given, kind) {
    if (![undefined, 1].includes(given.output_size) && String(given.output_size) !== "1,1") refuse("The figure shows adaptive pooling to 1 × 1 only, which is global pooling.");
    return { changes: { op: "pool", kind, mode: "ignore", padding: "valid" } };
  }

  function border(given, kind) {
    const value = given.padding ?? given.cropping ?? 1;
    const list = Array.isArray(value) ? value.flatMap((one) => (Array.isArray(one) ? one : [one, one])) : Array(4).fill(value);
    if (list.length !== 4 || !list.every(Number.isInteger)) refuse("Padding is a number, (rows, columns) or ((top, bottom), (left, right)).");
    return { border: list, mode: "constant", fill: 0, crop: kind === "crop" };
  }

  /* PyTorch's order is left, right, top, bottom. */
  function torchBorder(given, mode) {
    const list = Array.isArray(given.padding) ? given.padding : Array(4).fill(given.padding);
    if (list.length !== 4 || !list.every(Number.isInteger)) refuse("Padding is a number or (left, right, top, bottom).");
    const [left, right, top, bottom] = list;
    const fill = given.value?.name === "float" && given.value.values[0] === "-inf" ? -Infinity : given.value ?? 0;
    return { border: [top, bottom, left, right], mode, fill };
  }

  function torchConv(given, kind, state) {
    const kernel = pair(given.kernel_size, LIMITS.kernel, "kernel_size");
    const [stride, dilation] = [pair(given.stride ?? 1, LIMITS.stride, "stride"), pair(given.dilation ?? 1, LIMITS.dilation, "dilation")];
    const mode = MODES[given.padding_mode ?? "zeros"] ?? refuse('padding_mode is "zeros", "reflect", "replicate" or "circular".');
    let padding = given.padding ?? 0;
    if (padding === "same" && Math.max(...stride) > 1) refuse('PyTorch refuses padding="same" at a stride above 1. Put nn.ZeroPad2d before the layer.');
    if (typeof padding === "string" && !["valid", "same"].includes(padding)) refuse('padding is "valid", "same" or numbers.');
    if (typeof padding !== "string") padding = rule(pair(padding, LIMITS.padding, "padding").flatMap((p) => [p, p]));
    const channels = [channelCount(given.in_channels, "in_channels"), channelCount(given.out_channels, "out_channels")];
    return { changes: { op: "conv", kernel, stride, dilation, padding, mode, fill: 0, channels, bias: given.bias ?? state.bias } };
  }

  function torchTransposed(given, kind, state) {
    if (!["zeros", undefined].includes(given.padding_mode)) refuse('nn.ConvTranspose2d has no padding_mode but "zeros".');
    const { changes } = torchConv({ ...given, padding: 0 }, kind, state);
    const padding = pair(given.padding ?? 0, LIMITS.padding, "padding");
    const extra = pair(given.output_padding ?? 0, [0, 5], "output_padding");
    if (extra.some((one, i) => one && one >= Math.max(changes.stride[i], changes.dilation[i]))) refuse("output_padding must be smaller than the stride or the dilation.");
    const notes = ["padding crops so many cells on each side of the output."];
    if (Math.max(...extra)) notes.push(`output_padding=${tuple(extra)} crops fewer at the bottom and right: several input sizes lead to one strided output, and it says which is meant.`);
    return { changes: { ...changes, op: "transposed", padding: within(AXES.flatMap((i) => [padding[i], padding[i] - extra[i]]), LIMITS.crop) }, notes: given.padding || given.output_padding ? notes : [] };
  }

  function torchPool(given, kind, { size }) {
    if (kind === "l2" && given.norm_type !== 2) refuse("The figure shows LPPool2d with norm_type 2.");
    if (given.divisor_override) refuse("The figure has no divisor of its own.");
    const kernel = pair(given.kernel_size, LIMITS.kernel, "kernel_size");
    const [stride, dilation] = [pair(given.stride ?? kernel, LIMITS.stride, "stride"), pair(given.dilation ?? 1, LIMITS.dilation, "dilation")];
    const padding = pair(given.padding ?? 0, LIMITS.padding, "padding");
    if (AXES.some((i) => padding[i] > kernel[i] / 2)) refuse("PyTorch's pooling pads at most half of kernel_size.");
    const extra = AXES.map((i) => (given.ceil_mode ? A.ceilExtra(size[i], A.span(kernel[i], dilation[i]), stride[i], padding[i]) : 0));
    const counted = kind === "avg" && (given.count_include_pad ?? true) && Math.max(...padding) > 0;
    if (counted && Math.max(...extra)) refuse("Here nn.AvgPool2d counts its padding, but not what ceil_mode adds. The figure can't show both at once.");
    if (kind === "l2" && Math.max(...extra)) refuse("Where ceil_mode keeps a part of a window, nn.LPPool2d enlarges the sum as if the window were full. The figure can't show that.");
    const sides = AXES.flatMap((i) => [padding[i], padding[i] + extra[i]]);
    return { changes: { op: "pool", kind, kernel, stride, dilation, padding: within(sides, LIMITS.padding), mode: counted ? "constant" : "ignore", fill: 0 }, notes: given.ceil_mode ? [ceilNote(sides)] : [] };
  }

  /* An axis that ceil_mode makes longer has more padding at its end than at its beginning. */
  function ceilNote([top, bottom, left, right]) {
    const reach = [bottom > top && `${bottom} below the input`, right > left && `${right} to its right`].filter(Boolean).join(" and ");
    return reach ? `ceil_mode rounds the output size up: a last window that does not fit is kept. It reaches ${reach}, where nothing counts.`
      : "ceil_mode changes nothing here: the last window fits, or the next would begin beyond the input.";
  }

  /* ---------------------------------------------------------------- writing */

  const tuple = ([a, b]) => (a === b ? `${a}` : `(${a}, ${b})`);
  const call = (name, ...parts) => `${name}(${parts.filter(Boolean).join(", ")})`;
  const option = (name, value, usual) => (String(value) === String(usual) ? "" : `${name}=${typeof value === "string" ? value : tuple(value)}`);

  /* The padding in numbers, whether there is any, and whether both ends of each axis have the same. */
  function sidesOf(state) {
    const { rows, columns } = A.geometry(state);
    const sides = [rows.before, rows.after, columns.before, columns.after];
    return { sides, none: sides.every((one) => one === 0), even: sides[0] === sides[1] && sides[2] === sides[3], each: [sides[0], sides[2]] };
  }

  /* Whether a rule comes to the same padding for this input. */
  const amountsTo = (state, padding) => String(sidesOf({ ...state, padding }).sides) === String(sidesOf(state).sides);

  const none = (...notes) => ({ code: "", notes });
  const line = (code, ...notes) => ({ code, notes: notes.filter(Boolean) });

  function write(state) {
    return { keras: inKeras(state), torch: inTorch(state) };
  }

  function inKeras(state) {
    if (state.op === "transposed") return kerasStamps(state);
    if (A.isGlobal(state)) return line(state.kind === "global-max" ? "GlobalMaxPooling2D()" : "GlobalAveragePooling2D()");
    const pool = state.op === "pool";
    if (pool && !["max", "avg"].includes(state.kind)) return none(state.kind === "min" ? "Keras has no minimum pooling. It is −MaxPooling2D of −x." : "Keras has no L2 pooling. Without padding it is the root of k² times the average of x², for a window of k × k cells.");
    if (pool && Math.max(...state.dilation) > 1) return none("Keras has no pooling with dilation.");
    if (!pool && clash(state)) return none(CLASH);
    const { sides, none: bare } = sidesOf(state);
    const zeros = state.mode === "constant" && state.fill === 0;
    const own = bare ? "valid" : (pool ? state.mode === "ignore" : zeros) && amountsTo(state, "same") ? "same" : null;
    if (own) return line(kerasLayer(state, own), own !== state.padding && !bare && "For this input size “same” adds the same cells.");
    if (zeros) return line(`Sequential([${call("ZeroPadding2D", `((${sides[0]}, ${sides[1]}), (${sides[2]}, ${sides[3]}))`)}, ${kerasLayer(state, "valid")}])`, "A Keras layer takes no numbers of padding, so a layer before it pads.");
    return none(kerasLacks(state));
  }

  function kerasLacks({ op, mode, fill, kind }) {
    if (mode === "ignore") return `Keras has no padding numbers for pooling${kind === "max" ? "; pad with −∞ by hand first" : ", and padding by hand would count"}.`;
    if (mode === "constant") return `No Keras layer pads with ${fill}. Use keras.ops.pad with constant_values=${fill}, then this ${op === "pool" ? "pooling" : "convolution"} with padding="valid".`;
    if (mode === "reflect") return 'No Keras layer mirrors. Use tf.pad(x, …, "REFLECT") first, then padding="valid".';
    return `TensorFlow has no such padding (${mode}), nor has a Keras layer.`;
  }

  function kerasLayer({ op, kind, kernel, stride, dilation, channels, bias }, padding) {
    const shared = [`padding="${padding}"`].filter(() => padding !== "valid");
    if (op === "pool") return call(kind === "max" ? "MaxPooling2D" : "AveragePooling2D", tuple(kernel), option("strides", stride, kernel), ...shared);
    return call(op === "conv" ? "Conv2D" : "Conv2DTranspose", channels[1], tuple(kernel), option("strides", stride, [1, 1]), ...shared, option("dilation_rate", dilation, [1, 1]), bias ? "" : "use_bias=False");
  }

  function kerasStamps(state) {
    if (clash(state)) return none(CLASH);
    if (state.padding === "same") return line(kerasLayer(state, "same"));
    const { sides } = sidesOf(state);
    const spans = AXES.map((i) => A.span(state.kernel[i], state.dilation[i]));
    const rest = sides.map((one, i) => one + (i % 2 ? Math.max(state.stride[(i - 1) / 2] - spans[(i - 1) / 2], 0) : 0));
    if (rest.every((one) => one === 0)) return line(kerasLayer(state, "valid"), state.padding !== "valid" && "Keras makes stride cells for each pixel, even where the kernel is shorter.");
    if (rest.every((one) => one >= 0)) return line(`Sequential([${kerasLayer(state, "valid")}, Cropping2D(((${rest[0]}, ${rest[1]}), (${rest[2]}, ${rest[3]})))])`, "Keras crops in a layer of its own.");
    const extra = [-sides[1], -sides[3]];
    if (sides[0] || sides[2] || extra.some((one, i) => one < 0 || one >= state.stride[i])) return none("Conv2DTranspose adds fewer cells than the stride, and only at the bottom and right. Layers of padding and cropping after it can do the rest.");
    return line(kerasLayer(state, "valid").replace(/\)$/, `, output_padding=${tuple(extra)})`), "output_padding adds cells at the bottom and right.");
  }

  function inTorch(state) {
    if (state.op === "transposed") return torchStamps(state);
    if (A.isGlobal(state)) return line(state.kind === "global-max" ? "nn.AdaptiveMaxPool2d(1)" : "nn.AdaptiveAvgPool2d(1)", "Adaptive pooling to 1 × 1 is global pooling.");
    return state.op === "conv" ? torchWindows(state) : torchPooling(state);
  }

  const TORCH_PADS = { reflect: "nn.ReflectionPad2d", edge: "nn.ReplicationPad2d", wrap: "nn.CircularPad2d" };

  /* A layer of padding, in PyTorch's order. */
  function torchPad({ mode, fill }, [top, bottom, left, right]) {
    const amounts = `(${[left, right, top, bottom].join(", ")})`;
    if (mode !== "constant") return call(TORCH_PADS[mode], amounts);
    return fill === 0 ? call("nn.ZeroPad2d", amounts) : call("nn.ConstantPad2d", amounts, fill === -Infinity ? 'float("-inf")' : `${fill}`);
  }

  const padFirst = (state, sides, layer, note) => line(`nn.Sequential(${torchPad(state, sides)}, ${layer})`, note);

  function torchLayer({ kernel, stride, dilation, channels, bias }, padding, mode = "") {
    return call("nn.Conv2d", ...channels, tuple(kernel), option("stride", stride, [1, 1]), padding, option("dilation", dilation, [1, 1]), bias ? "" : "bias=False", mode);
  }

  function torchWindows(state) {
    const { sides, none: bare, even, each } = sidesOf(state);
    if (bare) return line(torchLayer(state, ""));
    const plain = state.mode !== "constant" || state.fill === 0;
    const mode = state.mode === "constant" ? "" : `padding_mode="${Object.keys(MODES).find((name) => MODES[name] === state.mode)}"`;
    const still = Math.max(...state.stride) === 1;
    if (plain && still && state.padding === "same") return line(torchLayer(state, 'padding="same"', mode));
    if (plain && even) return line(torchLayer(state, `padding=${tuple(each)}`, mode));
    const note = state.padding === "same" && plain ? 'PyTorch refuses padding="same" at a stride above 1, so a layer before it pads.' : "PyTorch's layer pads both ends alike, and with no constant but zero, so a layer before it pads.";
    return padFirst(state, sides, torchLayer(state, ""), note);
  }

  function torchPooling(state) {
    const { kind, kernel, stride, dilation, mode } = state;
    const { sides, none: bare, even, each } = sidesOf(state);
    if (kind === "min") return none("PyTorch has no minimum pooling. It is −nn.MaxPool2d of −x.");
    if (kind !== "max" && Math.max(...dilation) > 1) return none("Of PyTorch's poolings, max pooling alone has a dilation.");
    const name = { max: "nn.MaxPool2d", avg: "nn.AvgPool2d", l2: "nn.LPPool2d" }[kind];
    const layer = (...more) => call(name, kind === "l2" ? "2" : "", tuple(kernel), option("stride", stride, kernel), option("dilation", dilation, [1, 1]), ...more);
    if (bare) return line(layer());
    const half = AXES.every((i) => each[i] <= kernel[i] / 2);
    const counts = mode === "constant" && state.fill === 0 && kind === "avg";
    if (even && half && kind !== "l2" && (mode === "ignore" || counts)) {
      return line(layer(`padding=${tuple(each)}`, kind === "avg" && !counts && "count_include_pad=False"), counts && "PyTorch counts the zeros of the padding in an average, unless count_include_pad=False.");
    }
    if (mode === "ignore" && kind !== "l2" && half && ceils(state, sides)) {
      const some = Math.max(...each) > 0;
      return line(layer(some && `padding=${tuple(each)}`, "ceil_mode=True", some && kind === "avg" && "count_include_pad=False"), ceilNote(sides));
    }
    if (mode !== "ignore") return padFirst(state, sides, layer(), "A layer before the pooling pads: its cells count.");
    if (kind === "max") return padFirst({ mode: "constant", fill: -Infinity }, sides, layer(), "Padding with −∞ is never the maximum.");
    if (AXES.some((i) => Math.max(...sides.slice(2 * i, 2 * i + 2)) >= A.span(kernel[i], dilation[i]))) return none("In PyTorch a window of padding alone would give 0.");
    if (kind === "l2") return padFirst({ mode: "constant", fill: 0 }, sides, layer(), "A zero adds nothing to a sum of squares.");
    return none("nn.AvgPool2d pads both ends alike, by half the window at most, and what a layer before it pads would count.");
  }

  /* Whether a padding is what ceil_mode adds. */
  const ceils = ({ size, kernel, stride, dilation }, [top, bottom, left, right]) => [[top, bottom], [left, right]]
    .every(([before, after], i) => after - before === A.ceilExtra(size[i], A.span(kernel[i], dilation[i]), stride[i], before));

  function torchStamps(state) {
    const { sides: [top, bottom, left, right] } = sidesOf(state);
    const layer = (...parts) => call("nn.ConvTranspose2d", ...state.channels, tuple(state.kernel), option("stride", state.stride, [1, 1]), ...parts, option("dilation", state.dilation, [1, 1]), state.bias ? "" : "bias=False");
    const extra = [top - bottom, left - right];
    const allowed = extra.every((one, i) => one >= 0 && (one === 0 || one < Math.max(state.stride[i], state.dilation[i])));
    if (allowed && top >= 0 && left >= 0) {
      return line(layer(option("padding", [top, left], [0, 0]), option("output_padding", extra, [0, 0])), Math.max(...extra) > 0 && "output_padding keeps that many cells more at the bottom and right.");
    }
    return line(`nn.Sequential(${layer()}, ${call("nn.ZeroPad2d", `(${[-left, -right, -top, -bottom].join(", ")})`)})`, "nn.ConvTranspose2d crops both ends alike. The padding after it crops where it is negative, and adds zeros where it is positive.");
  }

  return { read, write };
})();

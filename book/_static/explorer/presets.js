/* Ready-made states, each with a question to answer first. The right answer is computed, never written down:
 * `right` gives the text of one of the choices. */
"use strict";

globalThis.Explorer = globalThis.Explorer || {};

globalThis.Explorer.presets = (() => {
  const { arithmetic: A, state: S, words: W } = globalThis.Explorer;
  const shape = (state) => A.geometry(state);
  const size = (state) => W.outSize(shape(state));
  const values = (state) => A.output(S.image(state), S.kernel(state), state);
  const corner = (state) => String(A.readCounts(shape(state))[0][0]);
  const distinct = (state) => W.listed([...new Set(values(state).flat())].sort((a, b) => a - b).map(W.num));
  const unread = (state) => String(A.readCounts(shape(state)).flat().filter((count) => !count).length);

  const backward = (state) => A.backward(S.image(state), S.kernel(state), state, S.gradient(state, shape(state))).input;

  function differing(state) {
    const [one, other] = ["same", "half"].map((padding) => values({ ...state, padding }).flat());
    return String(one.filter((value, i) => value !== other[i]).length);
  }

  return [
    {
      id: "same-keeps", label: "“same” keeps the size", link: "op=conv&n=5x5&k=3x3&s=1x1&p=same",
      question: "A 5 × 5 input, a 3 × 3 kernel, “same” padding, stride 1. How large is the output?",
      choices: ["3 × 3", "5 × 5", "7 × 7"], right: size,
      because: "At stride 1 “same” adds k − 1 cells along each axis, so as many windows fit as there are pixels.",
    },
    {
      id: "same-stride", label: "“same” at stride 2", link: "op=conv&n=5x5&k=3x3&s=2x2&p=same",
      question: "The same layer at stride 2, still “same”. How large is the output now?",
      choices: ["2 × 2", "3 × 3", "5 × 5"], right: size,
      because: "“same” means n divided by s, rounded up: 5 / 2 gives 3. The name fits at stride 1 only.",
    },
    {
      id: "two-sames", label: "Stride 2: TensorFlow or symmetric", link: "op=conv&n=6x6&k=3x3&s=2x2&p=same&w=counting", open: "compare",
      question: "6 × 6 input, 3 × 3 kernel, stride 2. TensorFlow's “same” and padding 1 on each side both give 3 × 3. How many of the 9 values differ?",
      choices: ["0", "5", "9"], right: differing,
      because: "TensorFlow pads at the bottom and right only, so its windows start at cell 0; the symmetric ones start at cell −1. Every window covers other pixels.",
    },
    {
      id: "corner-reads", label: "How many windows cover a corner", link: "op=conv&n=5x5&k=3x3&s=1x1&p=same&counts=direct",
      question: "Without padding, one window covers the corner pixel and nine cover the centre. How many cover the corner with “same”?",
      choices: ["1", "4", "9"], right: corner,
      because: "“same” narrows the gap between corner and centre, but does not close it.",
    },
    {
      id: "full-reads", label: "Full padding covers all pixels equally", link: "op=conv&n=5x5&k=3x3&s=1x1&p=full&counts=direct",
      question: "Full padding puts k − 1 = 2 rings around the image. How many windows cover the corner now?",
      choices: ["4", "6", "9"], right: corner,
      because: "Each of the nine kernel cells meets each pixel once, so nine windows cover every pixel. The output is larger than the image.",
    },
    {
      id: "flipped", label: "Is the kernel flipped?", link: "op=conv&n=5x5&k=3x3&s=1x1&p=valid&x=point&w=counting",
      question: "The input is 0 except for a 1 in its centre, and the kernel counts from 1 to 9. Which number is at the top left of the output?",
      choices: ["1", "5", "9"], right: (state) => W.num(values(state)[0][0]),
      because: "The 1 is in the last cell of the first window. The kernel is not flipped, so its picture appears in the output rotated by 180 degrees.",
    },
    {
      id: "unread", label: "Pixels that no window covers", link: "op=conv&n=6x6&k=2x2&s=3x3&p=valid&counts=direct&w=ones",
      question: "A 2 × 2 kernel at stride 3 on 6 × 6 pixels. How many of the 36 pixels does no window cover?",
      choices: ["0", "12", "20"], right: unread,
      because: "Along each axis the windows cover cells 0, 1, 3 and 4. That leaves 36 − 4 · 4 pixels.",
    },
    {
      id: "stride-axes", label: "A stride for each axis", link: "op=conv&n=6x8&k=3x3&s=1x2&p=valid",
      question: "6 rows and 8 columns, a 3 × 3 kernel, no padding, stride 1 down and 2 to the right. How large is the output?",
      choices: ["2 × 6", "4 × 3", "4 × 4"], right: size,
      because: "Each axis is counted by itself: ⌊(6 − 3) / 1⌋ + 1 rows, ⌊(8 − 3) / 2⌋ + 1 columns. No window covers the last column.",
    },
    {
      id: "fills", label: "Mirror instead of zeros", link: "op=conv&n=5x5&k=3x3&s=1x1&p=same&mode=reflect&x=ones&w=ones",
      question: "Input and kernel are all ones. With zeros around it, the corner of the output is 4. What is it when the padding mirrors the image?",
      choices: ["4", "6", "9"], right: (state) => W.num(values(state)[0][0]),
      because: "Mirrored cells are ones as well, so every window adds up nine of them. There is no dark border.",
    },
    {
      id: "wrapped", label: "Wrap covers all pixels equally", link: "op=conv&n=5x5&k=3x3&s=1x1&p=same&mode=wrap&counts=copies",
      question: "“same” padding wraps around. How many windows cover the corner pixel or a copy of it in the padding?",
      choices: ["4", "6", "9"], right: (state) => String(A.readCounts(shape(state), "wrap")[0][0]),
      because: "When the image wraps around, no pixel is at the border. Nine windows cover each pixel or a copy of it.",
    },
    {
      id: "dilated", label: "Dilated 3 × 3", link: "op=conv&n=7x7&k=3x3&s=1x1&d=2x2&p=valid&w=counting",
      question: "A 7 × 7 input, a 3 × 3 kernel with dilation 2, no padding. How large is the output?",
      choices: ["3 × 3", "4 × 4", "5 × 5"], right: size,
      because: "The kernel has nine weights, but it spans d(k − 1) + 1 = 5 cells, so three positions fit along each axis.",
    },
    {
      id: "max-negative", label: "Max pooling of negatives", link: "op=pool&kind=max&n=5x5&k=3x3&s=2x2&p=same&x=negative",
      question: "All pixels are negative. TensorFlow's max pooling with “same” has windows that reach beyond the border. Is there a 0 in the output?",
      choices: ["Yes, wherever a window holds padding", "No, padded cells do not count"],
      right(state) { return this.choices[values(state).flat().includes(0) ? 0 : 1]; },
      because: "In pooling layers padded cells are never the maximum. Choose “constant” as the padding mode to see what zeros would do.",
    },
    {
      id: "average-zeros", label: "Average with zeros counted", link: "op=pool&kind=avg&n=4x4&k=3x3&s=1x1&p=same&mode=constant&x=ones",
      question: "All pixels are 1. A 3 × 3 average at stride 1 counts a ring of zeros as cells, as some frameworks do unless told otherwise. What is in the corner?",
      choices: ["0.44", "0.67", "1"], right: (state) => W.num(values(state)[0][0]),
      because: "Four ones are divided by nine cells. TensorFlow divides by the four real cells instead: choose “not counted”.",
    },
    {
      id: "moved-pixel", label: "A bright pixel moves by one", link: "op=pool&kind=max&n=6x6&k=2x2&s=2x2&p=valid&x=0,0,0,0,0,0;0,0,0,0,0,0;0,0,0,1,0,0;0,0,0,0,0,0;0,0,0,0,0,0;0,0,0,0,0,0",
      question: "In row 2, counted from 0, a bright pixel moved from column 2 to column 3. Before, max pooling gave a 1 in column 1. In which column is the 1 now?",
      choices: ["0", "1", "2"], right: (state) => String(values(state)[1].indexOf(1)),
      because: "Columns 2 and 3 belong to one window, so this move changes nothing. In column 4 the pixel would be in the next window.",
    },
    {
      id: "transposed-size", label: "Transposed, stride 2", link: "op=transposed&n=3x3&k=3x3&s=2x2&p=valid&w=blur",
      question: "A transposed convolution stamps a 3 × 3 kernel for each pixel of a 3 × 3 input, 2 cells apart. How large is the output?",
      choices: ["5 × 5", "6 × 6", "7 × 7"], right: size,
      because: "The last stamp starts at (n − 1)s = 4 and is 3 long. With “same” the result is cropped to n · s = 6.",
    },
    {
      id: "checkerboard", label: "Checkerboard", link: "op=transposed&n=4x4&k=3x3&s=2x2&p=valid&x=ones&w=ones&counts=direct",
      question: "Now input and kernel are all ones. Which numbers does the output hold?",
      choices: ["1", "1, 2 and 4", "4"], right: distinct,
      because: "Stamps overlap by one cell, and unevenly, because the stride of 2 does not divide the kernel size 3. Try a 2 × 2 or 4 × 4 kernel.",
    },
    {
      id: "tie", label: "The gradient at a tie", link: "v=backward&op=pool&kind=max&n=4x4&k=2x2&s=2x2&p=valid&x=ones",
      question: "All pixels are 1, so all four cells of a window are its maximum. How many of the 16 pixels get gradient from 2 × 2 max pooling?",
      choices: ["1", "4", "16"], right: (state) => String(backward(state).flat().filter((value) => value !== 0).length),
      because: "As in TensorFlow on a CPU, the first cell in row order gets all of its window's gradient: one pixel for each of the four windows.",
    },
    {
      id: "overlap", label: "The gradient where windows overlap", link: "v=backward&op=pool&kind=max&n=5x5&k=3x3&s=1x1&p=valid&x=point",
      question: "Only the pixel in the centre is 1. A 3 × 3 window at stride 1 takes the maximum at nine positions, and each output has gradient 1. What gradient does the centre get?",
      choices: ["1", "4", "9"], right: (state) => W.num(backward(state)[2][2]),
      because: "All nine windows contain the centre and take its value. What a pixel gets from several windows adds up.",
    },
    {
      id: "planes", label: "How many kernels", link: "v=channels&op=conv&n=5x5&k=3x3&s=1x1&p=valid&c=3x2&bias=0", open: "costs",
      question: "An image with 3 channels, a layer with 2 filters of 3 × 3. How many weights does the layer have, without biases?",
      choices: ["18", "27", "54"], right: (state) => String(A.costs(state, state).parameters),
      because: "Each filter has one 3 × 3 kernel for each plane of the input: 2 · 3 · 9. It adds the sums of all planes, so each filter makes one plane.",
    },
    {
      id: "field", label: "Receptive field of three layers", link: "v=layers&n=12x12&l=conv-3-1-1-valid,pool-2-2-1-valid,conv-3-1-1-valid&at=5",
      question: "A 3 × 3 convolution, 2 × 2 pooling at stride 2, then another 3 × 3 convolution. How many pixels along each axis does a cell of the last map depend on?",
      choices: ["6", "7", "8"], right: (state) => String(A.fieldSizes(A.chain(state.size, state.layers).map(({ rows }) => rows)).at(-1).size),
      because: "3 after the first layer, 1 more for the pooling, then 2 · 2, because a step of the pooled map is two pixels wide: 3 + 1 + 4.",
    },
    {
      id: "parameters", label: "Parameters and input size", link: "op=conv&n=10x10&k=3x3&s=1x1&p=same", open: "costs",
      question: "For 5 × 5 pixels this layer has 9 weights and a bias. How many parameters does it have for 10 × 10?",
      choices: ["10", "20", "40"], right: (state) => String(A.costs(state, state).parameters),
      because: "The same weights are used at every position. The multiply-adds and the maps grow fourfold.",
    },
  ];
})();

/* Runs an answer in MicroPython, in a worker of its own: an endless loop blocks that worker alone, and stopping it
   is ending the worker. Nothing here is fetched, so that it works from a folder (file://) too: the worker is made from
   text, and MicroPython comes as text in a script (TryIt.micropython, made by book/_ext/try_it.py). */
"use strict";

(() => {
  const HEAP = 8 * 1024 * 1024; // bytes of Python objects to begin with
  const MOST_MEMORY = 128 * 1024 * 1024; // bytes of everything; MicroPython itself would stop at 2 GiB

  /* The worker's own program. It is handed over as text, so it can use nothing from outside its braces. */
  function inWorker() {
    self.addEventListener("message", ({ data }) => {
      work(data).catch((error) => self.postMessage({ failed: String(error) }));
    });

    /* Past the limit Python finds no more memory, and raises MemoryError. */
    function limitMemory(most) {
      const { grow } = WebAssembly.Memory.prototype;
      WebAssembly.Memory.prototype.grow = function (pages) {
        if (this.buffer.byteLength + pages * 65536 > most) throw new RangeError("no more memory");
        return grow.call(this, pages);
      };
    }

    async function work({ wasm, runner, task, heap, most }) {
      limitMemory(most);
      // MicroPython asks for its program by fetch, and is handed it here; after that nothing can be fetched any more.
      self.fetch = async () => new Response(wasm, { headers: { "Content-Type": "application/wasm" } });
      const python = await loadMicroPython({ heapsize: heap, stdout() {}, stderr() {} });
      const post = self.postMessage.bind(self);
      for (const name of ["fetch", "XMLHttpRequest", "WebSocket", "EventSource", "importScripts", "Worker"]) {
        self[name] = undefined;
      }
      python.runPython(runner);
      python.globals.set("__task", JSON.stringify(task));
      python.globals.set("__tell", (text) => post({ outcome: text }));
      post({ started: true });
      python.runPython("run(*json.loads(__task), __tell)");
      post({ done: true });
    }
  }

  /** Bytes of a gzipped text in base64. */
  async function unpack(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  }

  let wasm = null;

  /** Start an answer after the answers before it.
      @returns {{stop(reason), outcomes: Promise<{defined, outcomes, stopped}>}} */
  function start(earlier, source, exercise, limit) {
    const cases = exercise.behaviours.flatMap((behaviour) => behaviour.cases.map((one) => [one.args, one.kwargs, behaviour.measured]));
    const run = { worker: null, told: [], timer: null };
    run.outcomes = new Promise((resolve, reject) => {
      run.stop = (reason) => finish(run, resolve, reason);
      run.fail = (error) => finish(run, () => reject(error));
      hire(run, [earlier, source, exercise.name, cases, exercise.measures], limit).catch(run.fail);
    });
    return run;
  }

  function finish(run, resolve, stopped = null) {
    clearTimeout(run.timer);
    run.over = true;
    if (run.worker) run.worker.terminate();
    if (run.address) URL.revokeObjectURL(run.address);
    const [defined, ...outcomes] = run.told;
    resolve({ defined, outcomes, stopped });
  }

  async function hire(run, task, limit) {
    const { source, packed, runner } = TryIt.micropython;
    wasm = wasm || (await unpack(packed));
    if (run.over) return;
    const text = new Blob([source, `\n(${inWorker})();`], { type: "text/javascript" });
    run.address = URL.createObjectURL(text);
    run.worker = new Worker(run.address);
    run.worker.addEventListener("message", ({ data }) => hear(run, data, limit));
    run.worker.addEventListener("error", (event) => run.fail(new Error(event.message || "the worker could not be started")));
    run.worker.postMessage({ wasm, runner, task, heap: HEAP, most: MOST_MEMORY });
  }

  function hear(run, data, limit) {
    if (data.started) run.timer = setTimeout(() => run.stop("limit"), limit);
    if (data.outcome) run.told.push(JSON.parse(data.outcome));
    if (data.done) run.stop(null);
    if (data.failed) run.fail(new Error(data.failed));
  }

  globalThis.TryIt = Object.assign(globalThis.TryIt || {}, { start });
})();

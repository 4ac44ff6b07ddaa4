// Heavy work off the main thread: the same module in a worker, told what to do by one message, ended by the page.
import init, { compact } from '{{app.js}}';

self.onmessage = async ({ data }) => {
  try {
    await init({ module_or_path: '{{app_bg.wasm}}' });
    self.postMessage({ done: await compact(data.database, data.document, data.branch) });
  } catch (problem) {
    self.postMessage({ problem: String(problem) });
  }
};

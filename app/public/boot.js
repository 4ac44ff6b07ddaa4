// Starts the app: loads the module, and meanwhile reads from the disk what the first screen will show.
const build = document.querySelector('meta[name="build"]').content;
const element = (id) => document.getElementById(id);
const show = (id) => (element(id).hidden = false);

// ---- The last words --------------------------------------------------------------------------------------------------
// A trap, which is how a panic ends, leaves the module unusable: held borrows stay held. The page says so in plain HTML and
// whether it was one; everything that was called saved is on the disk.
function broken(problem) {
  const trap = problem instanceof WebAssembly.RuntimeError;
  if (trap) show('bao-loi');
  return trap;
}
addEventListener('error', ({ error }) => broken(error));
addEventListener('unhandledrejection', ({ reason }) => broken(reason));

// ---- Reading ahead --------------------------------------------------------------------------------------------------
// The account of this machine, its session, and the dossier the address names, in one read of `tcpl-{user}` (its layout
// is device/store/layout.rs). Whatever is wrong, the answer is null and the app reads for itself.
function readAhead() {
  return new Promise((resolve) => {
    const user = localStorage.getItem('tcpl-user');
    if (!user) return resolve(null);
    const opening = indexedDB.open(`tcpl-${user}`);
    opening.onupgradeneeded = () => opening.transaction.abort(); // no such database: do not create an empty one
    opening.onerror = opening.onblocked = () => resolve(null);
    opening.onsuccess = () => {
      const database = opening.result;
      database.onversionchange = () => database.close();
      const reading = database.transaction(['rows', 'unsent', 'meta']);
      const [rows, unsent, meta] = ['rows', 'unsent', 'meta'].map((name) => reading.objectStore(name));
      const below = (prefix) => IDBKeyRange.bound(`${prefix}/`, `${prefix}/\uffff`);
      const year = /^\/ho-so\/(\d{4})/.exec(location.pathname)?.[1];
      // Where the rows are comes first, alone: they are asked for while the rest is still on its way.
      const places = [...(year ? [`year/${year}`] : []), 'newest'].map((key) => meta.get(key));
      const wanted = [meta.getAllKeys(), meta.getAll(), unsent.getAllKeys()];
      let keys, bytes, branch = null;
      places[places.length - 1].onsuccess = () => {
        branch = places.map((place) => place.result).find((place) => place !== undefined) ?? null;
        if (branch === null) return;
        keys = rows.getAllKeys(below(branch));
        bytes = rows.getAll(below(branch));
      };
      reading.onabort = () => resolve(null);
      reading.oncomplete = () => {
        database.close();
        const [names, values, waiting] = wanted.map((request) => request.result);
        resolve({ user, branch, names, values, waiting, keys: keys?.result ?? [], bytes: bytes?.result ?? [] });
      };
    };
  }).catch(() => null);
}

// ---- Loading, and saying so when it stands still --------------------------------------------------------------------
let arrived = performance.now();
let finished = false;

function failed() {
  if (finished) return;
  const inside = /Zalo|FBAN|FBAV|FB_IAB|Messenger|Instagram/.test(navigator.userAgent);
  element('mo-dau-loi').setAttribute('role', 'alert');
  element('mo-dau-loi').textContent = inside ? 'Mở bằng Chrome/Safari: trình duyệt bên trong Zalo, Facebook không chạy được ứng dụng này.' :
    'Chưa tải xong ứng dụng: mạng bị gián đoạn. Dữ liệu đã lưu trên máy không mất. Bấm “Thử lại” khi có mạng.';
  element('mo-dau-lai').className = 'btn primary';
}

// Counts what arrives beside the compilation (a copied stream: the original response keeps the browser's code cache).
async function count(response) {
  const reader = response.body.getReader();
  for (let kilobytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    arrived = performance.now();
    kilobytes += value.length / 1024;
    if (!finished) element('mo-dau-loi').textContent = `Đang tải ứng dụng: ${Math.round(kilobytes)} KB…`;
  }
}

async function load() {
  const answer = await fetch('{{app_bg.wasm}}');
  if (!answer.ok) throw new Error(`the module: ${answer.status}`);
  if (!navigator.serviceWorker?.controller) count(answer.clone()).catch(failed);
  return answer;
}

// ---- Talking with the service worker --------------------------------------------------------------------------------
navigator.serviceWorker?.addEventListener('message', ({ data, ports }) => {
  if (data?.type === 'which-build') ports[0]?.postMessage(build);
});
navigator.serviceWorker?.startMessages?.();

async function start() {
  if (!('WebAssembly' in window) || !('indexedDB' in window)) return show('bao-qua-cu');
  const watch = setInterval(() => performance.now() - arrived > 10_000 && failed(), 1000);
  try {
    const ahead = readAhead();
    const module_or_path = load();
    const app = await import('{{app.js}}');
    await app.default({ module_or_path });
    await app.start(await ahead, build, '{{worker.js}}');
    finished = true;
    element('mo-dau').remove();
  } catch (problem) {
    console.error(problem);
    if (!broken(problem)) failed();
  } finally {
    clearInterval(watch);
  }
}

start();

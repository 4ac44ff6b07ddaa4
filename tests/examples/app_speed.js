// Times of the page, all by its own clock (ms since navigation began), kept in `window.bench`.
{
  const bench = (window.bench = { interactive: null, taps: [] });
  const points = () => document.querySelector('#ung-dung main input[inputmode="decimal"]');
  const status = () => document.getElementById('trang-thai')?.textContent.trim() ?? '';

  // Interactive: the field of points is there with the value of the dossier, and has been painted.
  const look = new MutationObserver(() => {
    if (bench.interactive !== null || !points()?.value) return;
    look.disconnect();
    requestAnimationFrame(() => (bench.interactive = performance.now()));
  });
  look.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });

  // A tap: from the browser's own time of the finger's lift to the change being on the disk, to the page hearing of it,
  // and to the words. The page hears late: the browser draws the frame of the tap first.
  let tap = null;
  const end = () => {
    if (tap?.durable === undefined || tap.heard === undefined || tap.shown === undefined) return;
    bench.taps.push({ durable: tap.durable - tap.at, heard: tap.heard - tap.at, shown: tap.shown - tap.at });
    tap = null;
  };
  addEventListener('click', (event) => {
    if (event.isTrusted && event.target.closest('label')) tap ??= { at: event.timeStamp };
  }, true);

  // On the disk: another thread asks for the row once the transaction that writes it is committed. The browser answers a
  // reader of the same store only after the writer's strict transaction has ended; the row being there proves it.
  const reader = () => {
    let database;
    onmessage = ({ data: { open, key } }) => {
      if (open) {
        indexedDB.open(open).onsuccess = (event) => {
          database = event.target.result;
          postMessage({ ready: true });
        };
        return;
      }
      const asked = database.transaction('unsent', 'readonly').objectStore('unsent').getKey(key);
      asked.onsuccess = () => postMessage({ found: asked.result === key, at: performance.timeOrigin + performance.now() });
    };
  };
  let disk = null;
  bench.watchTaps = async () => {
    const names = (await indexedDB.databases()).map(({ name }) => name);
    const worker = new Worker(URL.createObjectURL(new Blob([`(${reader})()`])));
    await new Promise((ready) => {
      worker.onmessage = ready;
      worker.postMessage({ open: names.find((name) => /^tcpl-[0-9a-f-]{36}$/.test(name)) });
    });
    worker.onmessage = ({ data: { found, at } }) => {
      if (!tap) return;
      if (found) tap.durable = at - performance.timeOrigin;
      end();
    };
    disk = worker;
  };

  const { transaction: open } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...asked) {
    const transaction = open.apply(this, asked);
    const writes = transaction.mode === 'readwrite' && transaction.durability === 'strict';
    if (tap && !tap.transaction && writes && transaction.objectStoreNames.contains('unsent')) {
      tap.transaction = transaction;
      transaction.addEventListener('complete', () => {
        if (tap) tap.heard ??= performance.now();
        end();
      });
    }
    return transaction;
  };
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    if (tap && this.transaction === tap.transaction && this.name === 'unsent') tap.key = key;
    return put.call(this, value, key);
  };
  const { commit } = IDBTransaction.prototype;
  IDBTransaction.prototype.commit = function () {
    commit.call(this);
    if (tap && this === tap.transaction) disk.postMessage({ key: tap.key });
  };

  new MutationObserver(() => {
    if (tap && tap.heard !== undefined && /^(Đã lưu|Ngoại tuyến|Đang đồng bộ|Đã đồng bộ)/.test(status())) {
      tap.shown ??= performance.now();
      end();
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

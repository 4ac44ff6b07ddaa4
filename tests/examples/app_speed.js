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

  // A tap: from the browser's own time of the event to the end of the strict transaction that wrote, and to the words.
  let tap = null;
  const end = () => {
    if (tap && tap.durable !== undefined && tap.shown !== undefined) {
      bench.taps.push({ durable: tap.durable - tap.at, shown: tap.shown - tap.at });
      tap = null;
    }
  };
  addEventListener('click', (event) => {
    if (event.isTrusted && event.target.closest('label')) tap ??= { at: event.timeStamp };
  }, true);
  const open = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...asked) {
    const transaction = open.apply(this, asked);
    const writes = transaction.mode === 'readwrite' && transaction.durability === 'strict';
    if (tap && writes && transaction.objectStoreNames.contains('unsent')) {
      transaction.addEventListener('complete', () => {
        if (tap) tap.durable ??= performance.now();
        end();
      });
    }
    return transaction;
  };
  new MutationObserver(() => {
    if (tap && tap.durable !== undefined && /^(Đã lưu|Ngoại tuyến|Đang đồng bộ|Đã đồng bộ)/.test(status())) {
      tap.shown ??= performance.now();
      end();
    }
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

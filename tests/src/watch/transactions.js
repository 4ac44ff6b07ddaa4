{
  const open = IDBDatabase.prototype.transaction;
  window.e2eTransactions = [];
  IDBDatabase.prototype.transaction = function (...asked) {
    const transaction = open.apply(this, asked);
    const { mode, durability, objectStoreNames } = transaction;
    window.e2eTransactions.push({ mode, durability, stores: [...objectStoreNames] });
    return transaction;
  };
}

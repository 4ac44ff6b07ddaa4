// Keeps the app's files, so that it opens without a network. It never touches data: that is IndexedDB's and the server's.
//
// A new build waits until the official agrees (message `skip-waiting`) or until every tab of the old one is closed.
const build = '{{build}}';
const files = "{{precache}}";
const prefix = 'tcpl-';
const cacheName = prefix + build;

// Navigations answered with the shell. Everything else (public pages, the API, the socket, health) is the server's alone.
const appRoute = /^\/(?:|dang-nhap|thiet-bi|ho-so(?:\/.*)?|ra-soat(?:\/.*)?)$/;
// A file of any build: its name carries the hash of its content.
const hashed = /^\/[\w.-]+-[0-9a-f]{16}\.(?:js|css|wasm)$/;

// All or nothing: one file that cannot be had, and this build is not installed. Hashed files come from the HTTP cache
// where the page has just loaded them.
async function install() {
  const cache = await caches.open(cacheName);
  try {
    await cache.addAll(files);
    const shell = await cache.match('/');
    // Between this file and the shell another build may have been deployed; the two must belong together.
    if (!(await shell.text()).includes(build)) throw new Error('the shell is of another build');
  } catch (problem) {
    await caches.delete(cacheName);
    throw problem;
  }
}

// The browser may have lost files (no flush after install, eviction): checked at each start, repaired where possible.
async function ready() {
  const cache = await caches.open(cacheName);
  const missing = [];
  for (const file of files) if (!(await cache.match(file))) missing.push(file);
  if (missing.length === 0) return true;
  try {
    await cache.addAll(missing);
    return true;
  } catch {
    return false;
  }
}

async function shell(request) {
  const cached = await caches.match('/', { cacheName });
  return cached ?? fetch(request);
}

// Also from the caches of other builds: a tab of the old build may still ask for its files.
async function file(request) {
  const cached = (await caches.match(request, { cacheName })) ?? (await caches.match(request));
  return cached ?? fetch(request);
}

// The build of an open page; null if it does not answer (frozen, or still loading).
function buildOf(client) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const giveUp = setTimeout(() => resolve(null), 2000);
    port1.onmessage = ({ data }) => {
      clearTimeout(giveUp);
      resolve(data);
    };
    client.postMessage({ type: 'which-build' }, [port2]);
  });
}

// Old files go when no page of the old build lives. A page that does not answer counts as one.
async function sweep() {
  const old = (await caches.keys()).filter((name) => name.startsWith(prefix) && name !== cacheName);
  if (old.length === 0 || self.registration.waiting || self.registration.installing) return;
  const pages = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const builds = await Promise.all(pages.map(buildOf));
  if (builds.every((one) => one === build)) await Promise.all(old.map((name) => caches.delete(name)));
}

self.addEventListener('install', (event) => event.waitUntil(install()));

self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim().then(sweep)));

self.addEventListener('message', (event) => {
  const type = event.data?.type;
  if (type === 'skip-waiting') event.waitUntil(self.skipWaiting());
  if (type === 'ready') {
    const answer = ready().then((is) => event.ports[0]?.postMessage({ ready: is, build }));
    event.waitUntil(answer.then(sweep));
  }
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    if (appRoute.test(url.pathname)) event.respondWith(shell(request));
  } else if (hashed.test(url.pathname) || (url.pathname !== '/' && files.includes(url.pathname))) {
    event.respondWith(file(request));
  }
});

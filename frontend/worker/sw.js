/* The service worker of the static site. `make site` writes SITE before it: {version, files}. */

const CACHE = `digit-ladder ${SITE.version}`;
const SCOPE = self.registration.scope;
// some hosts redirect from the file's name, and no browser shows a page that was kept so
const PAGE = "./";
const FILES = SITE.files.map((name) => (name === "index.html" ? PAGE : name));

// The runtime is there in two builds; this one instruction (relaxed SIMD) tells which is loaded.
const RELAXED_SIMD = new Uint8Array([
  ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1],
  ...[253, 15, 65, 2, 253, 15, 253, 128, 2, 11],
]);
const UNUSED_BUILD = WebAssembly.validate(RELAXED_SIMD) ? /litert_wasm_compat/ : /litert_wasm_int/;
// their names have a hash of their content
const IMMUTABLE = /^(assets|data\/networks)\//;

self.addEventListener("install", (event) => {
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetFormer().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  url.search = url.hash = "";
  if (event.request.method !== "GET" || !url.href.startsWith(SCOPE)) return;
  const name = url.href.slice(SCOPE.length).replace(/^(index\.html)?$/, PAGE);
  if (FILES.includes(name)) event.respondWith(answer(name, event.request));
});

async function answer(name, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(name)) ?? fetch(request);
}

/** Keeps every file of this version; what cannot have changed is taken from the one before. */
async function fill() {
  const cache = await caches.open(CACHE);
  const wanted = FILES.filter((name) => !UNUSED_BUILD.test(name));
  await Promise.all(
    wanted.map(async (name) => {
      const kept = IMMUTABLE.test(name) ? await caches.match(new URL(name, SCOPE)) : undefined;
      if (kept) await cache.put(name, kept);
      else await cache.add(new Request(name, { cache: "no-cache" }));
    }),
  );
}

/** Other pages of the same host may have caches too, and other sites below another path. */
async function forgetFormer() {
  for (const key of await caches.keys()) {
    const isOurs = key.startsWith("digit-ladder ") && key !== CACHE;
    const cache = isOurs ? await caches.open(key) : null;
    if (await cache?.match(PAGE)) await caches.delete(key);
  }
}

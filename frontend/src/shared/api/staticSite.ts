import { ApiError } from "./failure";

/** Whether the page was published as files, with no service behind it; `make site` marks it so. */
export function isStaticSite(): boolean {
  return typeof document !== "undefined" && "static" in document.documentElement.dataset;
}

/**
 * Where the answer to GET `path` is: with the service, or in a file of the static site, which has
 * the query's values as further folders. Throws ApiError for what takes a service.
 */
export function urlOf(path: string): string {
  return isStaticSite() ? fileOf(path) : path;
}

export function fileOf(path: string): string {
  const [name = "", query] = path.split("?");
  if (!/^(models|networks|reports)(\/|$)/.test(name)) throw new ApiError({ kind: "static" });
  // its version is in the query
  if (/\.\w+$/.test(name)) return `data/${name}`;
  const asked = [...new URLSearchParams(query).values()].map(encodeURIComponent);
  return `data/${[name, ...asked].join("/")}.json`;
}

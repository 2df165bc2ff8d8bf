import { setClassNames } from "../lib/classes";
import { fetchBytes, fetchJson, unexpectedAnswer } from "./fetchJson";
import type { components } from "./schema.gen";

type Schemas = components["schemas"];

export type Networks = Schemas["Networks"];
export type RungNetworks = Schemas["RungNetworks"];
export type Preprocessing = Networks["preprocessing"];
export type GateNetwork = Schemas["GateNetwork"];

/** A network has up to two megabytes, which take a slow line a while. */
const PATIENCE_MS = 120_000;

/** Which networks there are. Throws ApiError, or AbortError when `signal` aborts. */
export async function listNetworks(signal: AbortSignal): Promise<Networks> {
  const answer = await fetchJson("networks", signal);
  if (typeof answer !== "object" || answer === null || !("rungs" in answer)) {
    throw unexpectedAnswer("the networks of every rung");
  }
  const networks = answer as Networks;
  setClassNames(networks.classes);
  return networks;
}

/** A network's file. Throws ApiError, or AbortError when `signal` aborts. */
export async function readNetwork(sha256: string, signal?: AbortSignal): Promise<Uint8Array> {
  return new Uint8Array(await fetchBytes(`networks/${sha256}.tflite`, signal, PATIENCE_MS));
}

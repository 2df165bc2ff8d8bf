import { encode } from "fast-png";
import { listNetworks, readNetwork } from "../shared/api/networks";
import type { Prediction } from "../shared/api/types";
import type { GateNetwork, Networks, Preprocessing, RungNetworks } from "../shared/api/networks";
import { nameOfClass } from "../shared/lib/classes";
import { pngUrl } from "../shared/lib/pngUrl";
import { fieldOfPng } from "./fieldOfPng";
import { loadRuntime, type Network, type Runtime, type Values } from "./liteRt";
import { FIELD_PX, fieldOf, type Field, type Preprocessed } from "./preprocessing";
import type { Stroke } from "./strokes";
import { meanOf, sigmoid, softmax } from "./probabilities";

/** What is read: a field, and where it was in the picture that it was made of. */
export interface Seen extends Preprocessed {
  /** The picture had dark ink on a light ground. */
  readonly inverted: boolean;
}

/** Every rung of the ladder in the browser, from the files that the service runs. */
export class Engine {
  /** In ladder order. */
  readonly rungs: readonly RungNetworks[];
  /** How a picture becomes a field. */
  readonly preprocessing: Preprocessing;
  readonly #gate: GateNetwork | null;
  readonly #runtime: Runtime;
  readonly #networks: ReadonlyMap<string, Network>;
  readonly #inside = new Map<string, Promise<Network>>();

  constructor(
    { rungs, gate, preprocessing }: Networks,
    runtime: Runtime,
    networks: ReadonlyMap<string, Network>,
  ) {
    this.rungs = rungs;
    this.preprocessing = preprocessing;
    this.#gate = gate;
    this.#runtime = runtime;
    this.#networks = networks;
  }

  /** Which version of the gate says what is a digit; null without one. */
  get gateVersion(): number | null {
    return this.#gate?.version ?? null;
  }

  /** What of strokes is read; null where there is no digit. */
  see(strokes: readonly Stroke[]): Seen | null {
    const preprocessed = fieldOf(strokes);
    return preprocessed && { ...preprocessed, inverted: true };
  }

  /** The same of a PNG file that is a field already, as MNIST's digits are. */
  seeField(png: Uint8Array): Seen {
    return { field: fieldOfPng(png), box: [0, 0, FIELD_PX, FIELD_PX], inverted: false };
  }

  /**
   * Every rung's answer, as `POST /predict/all` gives it. Where it is not surely one digit, the
   * service looks again, piece by piece: whether there are several is the gate's guess here.
   * `times` gets the milliseconds of each network by its hash.
   */
  async answer(seen: Seen, times?: Map<string, number>): Promise<readonly Prediction[]> {
    const { field, box, inverted } = seen;
    const logits = await this.#allLogits(field, times);
    const found = await this.#found(field);
    const preprocessing = {
      inverted,
      box: [...box] as Prediction["preprocessing"]["box"],
      image: pngUrl(
        encode({ width: FIELD_PX, height: FIELD_PX, data: field, depth: 8, channels: 1 }),
      ),
    };
    return this.rungs.map((rung) => {
      const own = logitsOf(rung, logits);
      const probabilities = softmax(own.map((logit) => logit / rung.temperature));
      const confidence = Math.max(...probabilities);
      const digit = probabilities.indexOf(confidence);
      return {
        model: rung.model,
        version: rung.version,
        digit,
        label: nameOfClass(digit),
        confidence,
        probabilities,
        scores: rung.activation === "sigmoid" ? sigmoid(own) : softmax(own),
        activation: rung.activation,
        verdict: this.#verdict(found, confidence >= rung.unsure_threshold),
        found,
        preprocessing,
      };
    });
  }

  /** Whether these answers would be the service's too: it is surely one digit. */
  isSurelyDigit(results: readonly Prediction[]): boolean {
    const likeness = results[0]?.found.digit_likeness ?? 0;
    return likeness >= (this.#gate?.sure_from ?? 0);
  }

  /**
   * A rung's logits, one a class, before its temperature; of an ensemble the logarithms of its members'
   * mean probability. Throws for a rung that is not served.
   */
  async logits(model: string, field: Field): Promise<readonly number[]> {
    const rung = this.#rung(model);
    return logitsOf(rung, await this.#run(rung.networks, field));
  }

  /** The logits of each network of a rung: of the rung itself, or of an ensemble's members. */
  async memberLogits(model: string, field: Field): Promise<readonly (readonly number[])[]> {
    const { networks } = this.#rung(model);
    const logits = await this.#run(networks, field);
    return networks.map(({ sha256 }) => logits.get(sha256) ?? []);
  }

  /**
   * The inner values of a rung by name, as its metadata describes them; the file is loaded at the
   * first call. Throws where the rung has none, or ApiError where it cannot be loaded.
   */
  async inside(model: string, field: Field): Promise<ReadonlyMap<string, Values>> {
    const { inside } = this.#rung(model);
    if (!inside) throw new Error(`expected a rung with inner values, got ${model}`);
    let network = this.#inside.get(inside.sha256);
    if (!network) {
      network = readNetwork(inside.sha256).then((file) => this.#runtime.compile(file));
      this.#inside.set(inside.sha256, network);
      network.catch(() => this.#inside.delete(inside.sha256));
    }
    return (await network).run(field);
  }

  #rung(model: string): RungNetworks {
    const rung = this.rungs.find((each) => each.model === model);
    if (!rung) {
      throw new Error(
        `expected one of ${this.rungs.map((each) => each.model).join(", ")}, got ${model}`,
      );
    }
    return rung;
  }

  /** Each network once: an ensemble shares them with rungs of their own. */
  #allLogits(
    field: Field,
    times?: Map<string, number>,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    return this.#run(
      this.rungs.flatMap(({ networks }) => networks),
      field,
      times,
    );
  }

  async #run(
    networks: readonly { readonly sha256: string }[],
    field: Field,
    times?: Map<string, number>,
  ): Promise<ReadonlyMap<string, readonly number[]>> {
    const logits = new Map<string, readonly number[]>();
    for (const { sha256 } of networks) {
      if (logits.has(sha256)) continue;
      const start = performance.now();
      logits.set(sha256, await this.#runOne(sha256, field));
      times?.set(sha256, performance.now() - start);
    }
    return logits;
  }

  async #runOne(sha256: string, field: Field): Promise<readonly number[]> {
    const network = this.#networks.get(sha256);
    if (!network) throw new Error(`expected a loaded network, got ${sha256}`);
    const [output] = (await network.run(field)).values();
    return [...(output?.data ?? [])];
  }

  async #found(field: Field): Promise<Prediction["found"]> {
    if (!this.#gate) return { kind: "digit", digit_likeness: 1, count: 1 };
    const { sha256, temperature, digit_from } = this.#gate;
    const logits = await this.#runOne(sha256, field);
    const [likeness = 0, none = 0, several = 0] = softmax(logits.map((one) => one / temperature));
    if (likeness >= digit_from) return { kind: "digit", digit_likeness: likeness, count: 1 };
    return several > none
      ? { kind: "several", digit_likeness: likeness, count: 2 }
      : { kind: "none", digit_likeness: likeness, count: 0 };
  }

  #verdict(found: Prediction["found"], isConfident: boolean): Prediction["verdict"] {
    if (found.kind === "several") return "several";
    if (found.kind === "none") return "not_a_digit";
    return isConfident && found.digit_likeness >= (this.#gate?.sure_from ?? 0) ? "sure" : "unsure";
  }
}

/** Loads runtime and networks. Throws ApiError where a file cannot be fetched. */
export async function loadEngine(signal: AbortSignal): Promise<Engine> {
  // first, since a service without networks spares the megabytes of the runtime
  const listed = await listNetworks(signal);
  const { rungs, gate } = listed;
  const runtime = await loadRuntime();
  const needed = new Set(rungs.flatMap(({ networks }) => networks.map(({ sha256 }) => sha256)));
  if (gate) needed.add(gate.sha256);
  const networks = await Promise.all(
    [...needed].map(async (sha256): Promise<[string, Network]> => {
      const file = await readNetwork(sha256, signal);
      return [sha256, await runtime.compile(file)];
    }),
  );
  return new Engine(listed, runtime, new Map(networks));
}

function logitsOf(
  { networks }: RungNetworks,
  logits: ReadonlyMap<string, readonly number[]>,
): readonly number[] {
  const [first, ...others] = networks.map(({ sha256 }) => logits.get(sha256) ?? []);
  if (!first) return [];
  if (others.length === 0) return first;
  return meanOf(
    networks.map(({ sha256, temperature }) =>
      (logits.get(sha256) ?? []).map((logit) => logit / temperature),
    ),
  );
}

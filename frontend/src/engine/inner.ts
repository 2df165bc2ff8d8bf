import { PIXELS, type Evidence, type Grid } from "./evidence";

interface Tensor {
  /** The first side is the batch, 1. */
  readonly shape: readonly number[];
  /** Row by row, the last side fastest. */
  readonly data: Float32Array;
  /** Of outputs with rows and columns: the pixels that they stand for. */
  readonly places?: { readonly first_px: number; readonly step_px: number } | null;
}

/**
 * What a rung's inside.tflite gives for a drawing, by name. experiments/training/inside.py says
 * what each output means.
 */
export type Inner = ReadonlyMap<string, Tensor>;

/** A square picture of numbers, row by row. */
export interface InnerPicture {
  readonly grid: Grid;
  readonly values: Float32Array;
}

/** What speaks in a network: a unit of a hidden layer, or a map of a block. */
export interface Speaker {
  /** Counted from 1. */
  readonly number: number;
  /** How strongly it speaks; 0 is silent. */
  readonly strength: number;
  /** The template that it looks for, or the map itself. */
  readonly picture: InnerPicture;
}

/** A speaker of the last layer before the logits. */
export interface LastSpeaker extends Speaker {
  /** What it adds to each digit's logit. */
  readonly says: readonly number[];
}

/** Numbers with the same index on the last side. */
function slice({ data, shape }: Tensor, index: number): Float32Array {
  const step = shape.at(-1) ?? 1;
  const cut = new Float32Array(data.length / step);
  for (let i = 0; i < cut.length; i += 1) cut[i] = data[i * step + index] ?? 0;
  return cut;
}

function slices(tensor: Tensor): Float32Array[] {
  return Array.from({ length: tensor.shape.at(-1) ?? 0 }, (_, index) => slice(tensor, index));
}

/** Outputs without places are of the field's pixels. */
function gridOf({ shape, places }: Tensor): Grid {
  return places ? { side: shape[1] ?? 0, first: places.first_px, step: places.step_px } : PIXELS;
}

const byStrength = (a: Speaker, b: Speaker) => b.strength - a.strength || a.number - b.number;

/** What each place of the drawing adds to a digit's logit; null where the rung does not tell. */
export function evidenceFor(inner: Inner, digit: number): Evidence | null {
  const maps = inner.get("class_maps");
  const bias = inner.get("class_bias");
  if (!maps || !bias) return null;
  return { grid: gridOf(maps), places: slice(maps, digit), constant: bias.data[digit] ?? 0 };
}

/** The ten templates of a rung without hidden layers; null for other rungs. */
export function templatesOf(inner: Inner): readonly InnerPicture[] | null {
  const templates = inner.get("templates");
  const picture = (values: Float32Array) => ({ grid: PIXELS, values });
  return templates && kindOf(inner) === "templates" ? slices(templates).map(picture) : null;
}

/** The maps of each block of convolutions, strongest first: by their mean over the drawing. */
export function blocksOf(inner: Inner): readonly (readonly Speaker[])[] {
  const blocks: Speaker[][] = [];
  for (let block = 1; ; block += 1) {
    const maps = inner.get(`maps_${block}`);
    if (!maps) return blocks;
    const grid = gridOf(maps);
    const speakers = slices(maps).map((values, index) => {
      const strength = values.reduce((sum, value) => sum + value, 0) / values.length;
      return { number: index + 1, strength, picture: { grid, values } };
    });
    blocks.push(speakers.sort(byStrength));
  }
}

/** The hidden layers whose units have templates, each with its units, strongest first. */
export function hiddenLayersOf(inner: Inner): readonly (readonly Speaker[])[] {
  const layers: Speaker[][] = [];
  for (let layer = 1; ; layer += 1) {
    const units = inner.get(`units_${layer}`);
    const templates = inner.get(`templates_${layer}`);
    if (!units || !templates) return layers;
    const speakers = Array.from(units.data, (strength, index) => {
      return {
        number: index + 1,
        strength,
        picture: { grid: PIXELS, values: slice(templates, index) },
      };
    });
    layers.push(speakers.sort(byStrength));
  }
}

/** What the speakers of the last layer say to each digit, where they are this layer's. */
export function whatTheySay(inner: Inner, speakers: readonly Speaker[]): LastSpeaker[] | null {
  const evidence = inner.get("evidence");
  if (evidence?.shape[1] !== speakers.length) return null;
  const [, , digits = 1] = evidence.shape;
  return speakers.map((speaker) => {
    const start = (speaker.number - 1) * digits;
    return { ...speaker, says: [...evidence.data.subarray(start, start + digits)] };
  });
}

/** How a rung comes to its logits, which decides what there is to see. */
export type Kind = "templates" | "hidden" | "convolution" | "pooled";

export function kindOf(inner: Inner): Kind {
  if (!inner.has("maps_1")) return inner.has("units_1") ? "hidden" : "templates";
  return inner.has("units_1") ? "convolution" : "pooled";
}

export function logitsOf(inner: Inner): readonly number[] {
  return [...(inner.get("logits")?.data ?? [])];
}

/** What the last layer adds to each digit's logit, whatever the drawing. */
export function biasOf(inner: Inner): readonly number[] {
  return [...(inner.get("bias")?.data ?? [])];
}

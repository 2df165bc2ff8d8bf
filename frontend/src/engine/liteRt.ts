import type { CompiledModel, Tensor } from "@litertjs/core";
import compatGlue from "@litertjs/core/wasm/litert_wasm_compat_internal.js?url";
import compatWasm from "@litertjs/core/wasm/litert_wasm_compat_internal.wasm?url";
import glue from "@litertjs/core/wasm/litert_wasm_internal.js?url";
import wasm from "@litertjs/core/wasm/litert_wasm_internal.wasm?url";
import { FIELD_PX, type Field } from "./preprocessing";

/** An output of a network. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** LiteRT in WebAssembly, on the thread that calls it. */
export interface Runtime {
  compile(model: Uint8Array): Promise<Network>;
}

/** A LiteRT model with input float32 (1, 28, 28, 1) in 0..255. */
export interface Network {
  /** Its outputs by name, in the model's order. */
  run(field: Field): Promise<ReadonlyMap<string, Values>>;
}

let loading: Promise<Runtime> | null = null;

/** Loads the runtime, of which there is one. Throws where the browser cannot run it. */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load().catch((error: unknown) => {
    loading = null;
    throw error;
  });
  return loading;
}

async function load(): Promise<Runtime> {
  const { loadAndCompile, loadLiteRt, supportsFeature, Tensor } = await import("@litertjs/core");
  // Safari has no relaxed SIMD
  const isFast = await supportsFeature("relaxedSimd");
  Object.assign(globalThis, {
    // Emscripten's options
    Module: {
      // the file's name has a hash of its content
      locateFile: () => (isFast ? wasm : compatWasm),
      // its log of what goes well is no error
      printErr: (line: string) => {
        if (!/^(INFO|WARNING): /.test(line)) console.error(line);
      },
    },
  });
  await loadLiteRt(isFast ? glue : compatGlue);
  return {
    compile: async (model) => {
      const compiled = await loadAndCompile(model, { accelerator: "wasm" });
      return { run: (field) => run(compiled, field, Tensor) };
    },
  };
}

async function run(
  model: CompiledModel,
  field: Field,
  TensorOf: typeof Tensor,
): Promise<ReadonlyMap<string, Values>> {
  const [input] = model.getInputDetails();
  if (!input) throw new Error("expected a network with an input, got none");
  // tensors lie in the runtime's memory, which nobody else clears
  const tensor = new TensorOf(Float32Array.from(field), [1, FIELD_PX, FIELD_PX, 1]);
  try {
    const outputs = await model.run({ [input.name]: tensor });
    return new Map(
      Object.entries(outputs).map(([name, output]) => {
        const shape = [...output.type.layout.dimensions];
        // a view of memory that the next call changes
        const data = Float32Array.from(output.toTypedArray());
        output.delete();
        return [name, { shape, data }];
      }),
    );
  } finally {
    tensor.delete();
  }
}

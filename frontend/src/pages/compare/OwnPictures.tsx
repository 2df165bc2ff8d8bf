import { lazy, Suspense, useCallback, useMemo } from "react";
import { usePictureIntake } from "../../features/drawing/usePictureIntake";
import { count } from "../../features/figures/format";
import { isArchive } from "../../features/ownPictures/isArchive";
import { useOwnPictures, type OwnState } from "../../features/ownPictures/useOwnPictures";
import { areDigits, nameOfClass, noun } from "../../shared/lib/classes";
import { Notice } from "../../shared/ui/Notice";
import type { ComparedModel } from "./comparedModels";

const OwnReport = lazy(() =>
  import("./OwnReport").then((module) => ({ default: module.OwnReport })),
);

/** Takes a ZIP file of labelled pictures, and shows what every rung makes of them. */
export function OwnPictures({ models }: { models: readonly ComparedModel[] }) {
  const multiplyAdds = useMemo(
    () => new Map(models.map((model) => [model.name, model.multiply_adds])),
    [models],
  );
  const { state, read, cancel } = useOwnPictures(multiplyAdds);
  const take = useCallback(
    (file: File | null) => {
      if (file) read(file);
    },
    [read],
  );
  const isOver = usePictureIntake(
    useCallback(
      (file: File | null) => {
        // a picture opens on Draw, as on every page
        if (file && isArchive(file)) read(file);
      },
      [read],
    ),
  );
  return (
    <div data-testid="own-pictures" data-phase={state.phase}>
      <div
        className={`rounded-3xl border-2 border-dashed p-5 ${isOver ? "border-accent bg-paper" : "border-edge"}`}
      >
        <label className="button has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
          Choose a ZIP file
          <input
            type="file"
            accept=".zip,application/zip"
            aria-describedby="own-forms"
            className="sr-only"
            onChange={(event) => {
              take(event.target.files?.[0] ?? null);
              event.target.value = ""; // so that the same file can be read again
            }}
          />
        </label>
        <span className="ml-3 text-soft">or drop one here.</span>
        <p id="own-forms" className="mt-3 max-w-[70ch] text-sm text-soft">
          In it a folder a label (<code>{areDigits() ? "7" : nameOfClass(0)}/anything.png</code>),
          or a table: CSV with the columns file and label or Kaggle’s 784 grey levels, JSON lines,{" "}
          {areDigits() && "MNIST’s "}IDX files, or what your history exports. It takes PNG, JPEG,
          WebP, GIF and BMP of one {noun()} on an even ground.
        </p>
        <Phase state={state} onCancel={cancel} />
      </div>
      <p role="status" className="sr-only">
        {state.phase === "done" && `${state.reading.report.figures.n} pictures are read.`}
      </p>
      {state.phase === "done" && (
        <Suspense fallback={<p className="mt-4 text-soft">Loading the figures…</p>}>
          <OwnReport reading={state.reading} models={models} />
        </Suspense>
      )}
    </div>
  );
}

function Phase({ state, onCancel }: { state: OwnState; onCancel: () => void }) {
  if (state.phase === "failed") {
    return (
      <div role="alert" className="mt-4">
        <Notice title={`“${state.name}” could not be used`} tone="warn">
          <p className="wrap-anywhere">{state.reason}</p>
        </Notice>
      </div>
    );
  }
  if (state.phase !== "reading") return null;
  const { read = 0, total = null } = state.progress ?? {};
  return (
    <div className="mt-4 flex flex-wrap items-center gap-3 text-sm">
      <progress
        aria-label={`Reading ${state.name}`}
        className="h-2 w-40 grow accent-(--accent) sm:grow-0"
        {...(total === null ? {} : { max: total, value: read })}
      />
      <p>{total === null ? `${count(read)} read` : `${count(read)} of ${count(total)} read`}</p>
      <button type="button" className="button" onClick={onCancel}>
        Cancel
      </button>
    </div>
  );
}

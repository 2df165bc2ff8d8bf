import { useCallback, useMemo } from "react";
import type { Engine } from "../../engine/engine";
import { logitsOf, type Inner } from "../../engine/inner";
import type { Field } from "../../engine/preprocessing";
import type { Prediction } from "../../shared/api/types";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { Notice } from "../../shared/ui/Notice";
import { StateLink } from "../../shared/ui/StateLink";
import { useEngine } from "../prediction/useEngine";
import { EvidenceView } from "./EvidenceView";
import { fieldOfImage } from "./fieldOfImage";
import { MapsView } from "./MapsView";
import { answersOf } from "./members";
import { MembersView } from "./MembersView";
import { OcclusionView } from "./OcclusionView";
import { TemplatesView } from "./TemplatesView";
import { UnitsView } from "./UnitsView";
import { useAsked } from "./useAsked";
import { useOcclusion } from "./useOcclusion";
import { theTwo, writeWhy } from "./why";

export interface InsideProps {
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
  /** The chosen rung; null until the rungs are known. */
  readonly model: { readonly name: string; readonly title: string } | null;
  /** Its answer to the drawing at hand; null where nothing is drawn. */
  readonly prediction: Prediction | null;
  readonly isDrawing: boolean;
}

/** What the chosen rung sees in the drawing at hand, live as the pen moves. */
export function InsideViews({ url, changeUrl, model, prediction, isDrawing }: InsideProps) {
  const state = useEngine();
  const image = prediction?.preprocessing.image ?? null;
  const field = useMemo(() => fieldOfImage(image), [image]);
  if (state.phase === "unavailable") {
    return (
      <Notice title="The networks do not run in this browser, so nothing can be seen inside them">
        <p>{state.reason}</p>
        <p className="mt-1">
          A current Chrome, Edge, Firefox or Safari can run them where WebAssembly is not switched
          off.{" "}
          <StateLink
            url={url}
            change={{ engine: "browser" }}
            changeUrl={changeUrl}
            className="underline underline-offset-4 hover:text-ink"
          >
            Try it here all the same
          </StateLink>
          : some megabytes are loaded. The service’s answers on the Draw page need none of this.
        </p>
      </Notice>
    );
  }
  if (state.phase === "loading" || !model)
    return <p className="text-soft">Loading the networks…</p>;
  if (!field) {
    return (
      <Notice title="Draw a digit">
        <p>Then you see here, while you draw, what the rung makes of it.</p>
      </Notice>
    );
  }
  const { engine } = state;
  const rung = engine.rungs.find(({ model: name }) => name === model.name);
  if (!rung) return null;
  const shared = { engine, model: model.name, field, url, changeUrl };
  return (
    <div className="grid grid-cols-1 gap-10">
      {rung.networks.length > 1 ? (
        <Members {...shared} temperatures={rung.networks.map(({ temperature }) => temperature)} />
      ) : rung.inside ? (
        <InnerViews {...shared} />
      ) : (
        <p className="text-soft">{model.title} has no file of inner values.</p>
      )}
      <Covering {...shared} isDrawing={isDrawing} />
    </div>
  );
}

interface SharedProps {
  readonly engine: Engine;
  readonly model: string;
  readonly field: Field;
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

function InnerViews({ engine, model, field, url, changeUrl }: SharedProps) {
  const outputs = engine.rungs.find((rung) => rung.model === model)?.inside?.outputs;
  const ask = useCallback(
    async (of: Field): Promise<Inner> => {
      const values = await engine.inside(model, of);
      const places = new Map(outputs?.map((output) => [output.name, output.places]));
      return new Map(
        [...values].map(([name, value]) => [name, { ...value, places: places.get(name) ?? null }]),
      );
    },
    [engine, model, outputs],
  );
  const asked = useAsked(ask, field);
  if (asked.phase === "pending") return <p className="text-soft">Opening the rung…</p>;
  if (asked.phase === "failed") {
    return (
      <Notice title="The inner values of this rung could not be loaded" tone="warn">
        <p>Choose another rung, or load the page again.</p>
      </Notice>
    );
  }
  const { value: inner, field: seen } = asked;
  const { digit, other } = theTwo(url.why, logitsOf(inner));
  return (
    <>
      <EvidenceView
        inner={inner}
        field={seen}
        why={url.why}
        onWhy={(why) => {
          changeUrl({ why }, "replace");
        }}
      />
      <TemplatesView
        inner={inner}
        digit={digit}
        onChoose={(chosen) => {
          const rest = chosen === other ? digit : other;
          changeUrl({ why: writeWhy({ digit: chosen, other: rest }) }, "replace");
        }}
      />
      <UnitsView inner={inner} />
      <MapsView
        inner={inner}
        field={seen}
        map={url.map}
        onMap={(map) => {
          changeUrl({ map }, "replace");
        }}
      />
    </>
  );
}

function Members({
  engine,
  model,
  field,
  temperatures,
}: SharedProps & { temperatures: readonly number[] }) {
  const ask = useCallback((of: Field) => engine.memberLogits(model, of), [engine, model]);
  const asked = useAsked(ask, field);
  return asked.phase === "answered" ? (
    <MembersView members={answersOf(asked.value, temperatures)} />
  ) : null;
}

function Covering({
  engine,
  model,
  field,
  isDrawing,
}: SharedProps & { readonly isDrawing: boolean }) {
  const covered = useOcclusion(engine, model, field, isDrawing);
  return (
    <OcclusionView
      occlusion={covered?.occlusion ?? null}
      field={covered?.field ?? field}
      isOutdated={covered !== null && covered.field !== field}
    />
  );
}

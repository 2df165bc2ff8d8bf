import { useCallback, useMemo, type ReactNode } from "react";
import type { Engine } from "../../engine/engine";
import { logitsOf, type Inner } from "../../engine/inner";
import type { Field } from "../../engine/preprocessing";
import { isStaticSite } from "../../shared/api/staticSite";
import type { Prediction } from "../../shared/api/types";
import { noun } from "../../shared/lib/classes";
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
          : some megabytes are loaded.
          {!isStaticSite() && " The service’s answers on the Draw page need none of this."}
        </p>
      </Notice>
    );
  }
  if (state.phase === "loading" || !model)
    return <p className="text-soft">Loading the networks…</p>;
  if (!field) {
    return (
      <Notice title={`Draw a ${noun()}`}>
        <p>Then you see here, while you draw, what the rung makes of it.</p>
      </Notice>
    );
  }
  const { engine } = state;
  const rung = engine.rungs.find(({ model: name }) => name === model.name);
  if (!rung) return null;
  const shared = { engine, model: model.name, field, url, changeUrl };
  const covering = <Covering {...shared} isDrawing={isDrawing} />;
  return (
    <div className="grid grid-cols-1 gap-10">
      {rung.inside ? (
        <InnerViews {...shared}>{covering}</InnerViews>
      ) : (
        <>
          {rung.networks.length > 1 && <Members {...shared} />}
          {covering}
        </>
      )}
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

interface InnerViewsProps extends SharedProps {
  /** Stands below the evidence. */
  readonly children: ReactNode;
}

function InnerViews({ engine, model, field, url, changeUrl, children }: InnerViewsProps) {
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
      {children}
      <TemplatesView
        key={model}
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
        digit={digit}
        map={url.map}
        onMap={(map) => {
          changeUrl({ map }, "replace");
        }}
      />
    </>
  );
}

function Members({ engine, model, field, url, changeUrl }: SharedProps) {
  const networks = engine.rungs.find((rung) => rung.model === model)?.networks ?? [];
  const rungOf = (sha256: string | undefined) =>
    engine.rungs.find((rung) => rung.inside && rung.networks[0]?.sha256 === sha256);
  const ask = useCallback((of: Field) => engine.memberLogits(model, of), [engine, model]);
  const asked = useAsked(ask, field);
  if (asked.phase !== "answered") return null;
  const temperatures = networks.map(({ temperature }) => temperature);
  // a member that is a rung of its own can be looked into
  const member = networks.findIndex(({ sha256 }) => rungOf(sha256) !== undefined);
  const rung = rungOf(networks[member]?.sha256);
  return (
    <MembersView members={answersOf(asked.value, temperatures)}>
      {rung && (
        <p className="mt-2">
          {`Member ${member + 1} is a rung of its own: `}
          <StateLink
            url={url}
            change={{ model: rung.model }}
            changeUrl={changeUrl}
            className="inline-flex min-h-11 items-center underline underline-offset-4"
          >
            look inside it
          </StateLink>
          .
        </p>
      )}
    </MembersView>
  );
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

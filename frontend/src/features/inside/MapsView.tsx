import { useMemo, useState } from "react";
import { magnitudeOf } from "../../engine/evidence";
import {
  biasOf,
  blocksOf,
  logitsOf,
  whatTheySay,
  type Inner,
  type LastSpeaker,
  type Speaker,
} from "../../engine/inner";
import type { Field } from "../../engine/preprocessing";
import { Term } from "../glossary/Term";
import { Heat } from "./Heat";
import { chooseMap, peakText, writeMap, type ChosenMap } from "./mapChoice";
import { ShowAll } from "./ShowAll";
import { SpeakersTable } from "./SpeakersTable";
import { View } from "./View";
import { areDigits, classNoun, nameOfClass } from "../../shared/lib/classes";

const FEW = 16;
const FEW_ROWS = 8;

interface MapsViewProps {
  readonly inner: Inner;
  readonly field: Field;
  /** The digit whose evidence is shown. */
  readonly digit: number;
  /** The map as the link has it. */
  readonly map: string | null;
  readonly onMap: (map: string) => void;
}

/** The maps of each block of convolutions; a chosen one lies over the drawing. */
export function MapsView({ inner, field, digit, map, onMap }: MapsViewProps) {
  const blocks = useMemo(() => blocksOf(inner), [inner]);
  const chosen = chooseMap(map, blocks);
  if (!chosen) return null;
  const last = blocks.at(-1) ?? [];
  const said = whatTheySay(inner, last);
  return (
    <>
      <View
        title="What its maps see"
        about={
          <>
            Each map comes from one small template that is slid over the whole drawing, a{" "}
            <Term name="convolution">convolution</Term>: the bluer a place, the better the match
            there. Maps of the first block find edges and strokes; after each{" "}
            <Term name="pooling">pooling</Term> the next block puts them together to corners, curves
            and loops.
          </>
        }
        source="Zeiler, Fergus, “Visualizing and understanding convolutional networks”, ECCV 2014, section 4"
      >
        <div className="grid gap-x-6 gap-y-4 @xl:grid-cols-[minmax(0,13rem)_minmax(0,1fr)]">
          <ChosenFigure chosen={chosen} field={field} />
          <div className="grid gap-4">
            {blocks.map((maps, i) => (
              <Block key={i} block={i + 1} maps={maps} chosen={chosen} onMap={onMap} />
            ))}
          </div>
        </div>
      </View>
      {said && (
        <View
          title={`What the last maps say to each ${classNoun()}`}
          about={
            <>
              The mean of each map of the last block has its say to all{" "}
              {areDigits() ? "ten digits" : "classes"}: blue adds to a {classNoun()}’s points,
              orange takes away, and every column adds up to its <Term name="logit">logit</Term>.
              Those that say most for {nameOfClass(digit)} come first.
            </>
          }
          source="Lin, Chen, Yan, “Network in network”, ICLR 2014, section 3.2"
        >
          <LastMaps said={said} inner={inner} field={field} digit={digit} />
        </View>
      )}
    </>
  );
}

function ChosenFigure({ chosen, field }: { chosen: ChosenMap; field: Field }) {
  const { block, map } = chosen;
  const where = peakText(map.picture);
  const name = `Map ${map.number} of block ${block}`;
  return (
    <figure data-testid="map" className="max-w-52">
      <Heat
        values={map.picture.values}
        grid={map.picture.grid}
        most={magnitudeOf(map.picture.values)}
        field={field}
        label={null}
      />
      <figcaption className="mt-1 text-sm">
        {where === null
          ? `${name} finds nothing in this drawing.`
          : `${name} answers most to the ${where} of the drawing.`}
      </figcaption>
    </figure>
  );
}

interface BlockProps {
  readonly block: number;
  readonly maps: readonly Speaker[];
  readonly chosen: ChosenMap;
  readonly onMap: (map: string) => void;
}

function Block({ block, maps, chosen, onMap }: BlockProps) {
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? maps : maps.slice(0, FEW);
  const most = Math.max(...maps.map(({ picture }) => magnitudeOf(picture.values)));
  const side = maps[0]?.picture.grid.side ?? 0;
  return (
    <div>
      <h4 className="mb-1 text-sm text-soft">
        {`Block ${block}: ${maps.length} maps of ${side} × ${side}, strongest first`}
      </h4>
      <ul className="grid grid-cols-6 gap-0.5 @xl:grid-cols-8">
        {shown.map(({ number, picture }) => (
          <li key={number}>
            <button
              type="button"
              aria-label={`Map ${number} of block ${block}`}
              aria-pressed={chosen.block === block && chosen.map.number === number}
              className="block min-h-11 w-full min-w-11 cursor-pointer rounded-lg border-2 border-transparent p-0.5 hover:border-edge aria-pressed:border-accent"
              onClick={() => {
                onMap(writeMap(block, number));
              }}
            >
              <Heat values={picture.values} grid={picture.grid} most={most} label={null} />
            </button>
          </li>
        ))}
      </ul>
      <ShowAll
        what={`maps of block ${block}`}
        count={maps.length}
        few={FEW}
        isAll={isAll}
        onChange={setIsAll}
      />
    </div>
  );
}

interface LastMapsProps {
  readonly said: readonly LastSpeaker[];
  readonly inner: Inner;
  readonly field: Field;
  readonly digit: number;
}

function LastMaps({ said, inner, field, digit }: LastMapsProps) {
  const [isAll, setIsAll] = useState(false);
  const forDigit = said.toSorted((a, b) => (b.says[digit] ?? 0) - (a.says[digit] ?? 0));
  return (
    <>
      <SpeakersTable
        what="map"
        speakers={forDigit}
        bias={biasOf(inner)}
        logits={logitsOf(inner)}
        shown={isAll ? said.length : FEW_ROWS}
        field={field}
        most={({ picture }) => magnitudeOf(picture.values)}
      />
      <ShowAll what="maps" count={said.length} few={FEW_ROWS} isAll={isAll} onChange={setIsAll} />
    </>
  );
}

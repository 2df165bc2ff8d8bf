import { useMemo, useState } from "react";
import { scaleOf } from "../../engine/evidence";
import {
  biasOf,
  hiddenLayersOf,
  logitsOf,
  whatTheySay,
  type Inner,
  type Speaker,
} from "../../engine/inner";
import { Heat } from "./Heat";
import { plain } from "./numbers";
import { ShowAll } from "./ShowAll";
import { SpeakersTable } from "./SpeakersTable";
import { View } from "./View";
import { areDigits, classNoun } from "../../shared/lib/classes";

const FEW = 10;

/** The hidden units that spoke to this drawing, layer by layer. */
export function UnitsView({ inner }: { inner: Inner }) {
  const layers = useMemo(() => hiddenLayersOf(inner), [inner]);
  return layers.map((units, i) => {
    const said = whatTheySay(inner, units);
    return said ? (
      <View
        key={i}
        title={`Hidden layer ${i + 1}: what its units say to each ${classNoun()}`}
        about={`Each unit has its say to all ${areDigits() ? "ten digits" : "classes"}: blue adds to a ${classNoun()}’s points, orange takes away, and the stronger it speaks, the more. What it looks for in this drawing is put together from the units before it; ink on blue wakes it, ink on orange silences it.`}
        source="Rumelhart, Hinton, Williams, “Learning representations by back-propagating errors”, Nature 323, 1986; the pictures: Montúfar et al. 2014, section 2"
      >
        <LastUnits inner={inner} units={said.filter(({ strength }) => strength > 0)} />
      </View>
    ) : (
      <View
        key={i}
        title={`Hidden layer ${i + 1}: the units that spoke`}
        about="A unit lays its template over the drawing, like a single layer, but is silent where the match is too weak. The strongest come first; ink on blue pixels makes a unit speak, ink on orange ones silences it."
        source="Rumelhart, Hinton, Williams, “Learning representations by back-propagating errors”, Nature 323, 1986"
      >
        <Units units={units.filter(({ strength }) => strength > 0)} />
      </View>
    );
  });
}

function LastUnits({ inner, units }: { inner: Inner; units: ReturnType<typeof whatTheySay> }) {
  const [isAll, setIsAll] = useState(false);
  const all = units ?? [];
  const shown = isAll ? all.length : FEW;
  const most = scaleOf(all.slice(0, shown).map(({ picture }) => picture.values));
  return (
    <>
      <SpeakersTable
        what="unit"
        speakers={all}
        bias={biasOf(inner)}
        logits={logitsOf(inner)}
        shown={shown}
        most={() => most}
      />
      <ShowAll what="that spoke" count={all.length} few={FEW} isAll={isAll} onChange={setIsAll} />
    </>
  );
}

function Units({ units }: { units: readonly Speaker[] }) {
  const [isAll, setIsAll] = useState(false);
  const shown = isAll ? units : units.slice(0, FEW);
  const most = scaleOf(shown.map(({ picture }) => picture.values));
  return (
    <>
      <ul className="grid grid-cols-5 gap-2 @xl:grid-cols-10">
        {shown.map(({ number, strength, picture }) => (
          <li key={number} className="text-center text-xs">
            <Heat
              values={picture.values}
              grid={picture.grid}
              most={most}
              label={`What unit ${number} looks for`}
            />
            {plain(strength, 1)}
          </li>
        ))}
      </ul>
      <ShowAll what="that spoke" count={units.length} few={FEW} isAll={isAll} onChange={setIsAll} />
    </>
  );
}

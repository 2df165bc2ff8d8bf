import { useMemo } from "react";
import { noun } from "../../shared/lib/classes";
import type { ChangeUrl } from "../../shared/lib/urlState";
import type { Choice, FigureName } from "./choice";
import { Picker } from "../../shared/ui/Picker";
import { PlotFigure } from "../../features/figures/PlotFigure";
import type { Reported } from "./comparedModels";
import { corruptions, f1Plot, learningPlot, reliabilityPlot, robustnessPlot } from "./reportPlots";

const CURVES = [
  { name: "loss", title: "Loss" },
  { name: "accuracy", title: "Accuracy" },
];
const CALIBRATIONS = [
  { name: "before", title: "Before scaling" },
  { name: "after", title: "After" },
];

interface PlotsProps {
  readonly choice: Choice;
  readonly reported: readonly Reported[];
  /** The corruption that the robustness plot shows. */
  readonly corruption: string;
  readonly changeUrl: ChangeUrl;
}

/** Four plots of the chosen models. */
export function Plots({ choice, reported, corruption, changeUrl }: PlotsProps) {
  const { curves, calibration, openFigures } = choice;
  const learning = useMemo(() => learningPlot(reported, curves), [reported, curves]);
  const reliability = useMemo(
    () => reliabilityPlot(reported, calibration),
    [reported, calibration],
  );
  const robustness = useMemo(() => robustnessPlot(reported, corruption), [reported, corruption]);
  const f1 = useMemo(() => f1Plot(reported), [reported]);

  const disclosure = (name: FigureName) => ({
    isOpen: openFigures.includes(name),
    onOpen: (open: boolean) => {
      const others = openFigures.filter((other) => other !== name);
      const figures = open ? [...others, name] : others;
      changeUrl({ figures: figures.length > 0 ? figures : null });
    },
  });

  return (
    <div
      // neighbouring plots are equally tall, until an open table makes one taller
      className={`grid grid-cols-1 gap-4 lg:grid-cols-2 lg:gap-6 ${openFigures.length > 0 ? "items-start" : ""}`}
    >
      <PlotFigure
        plot={learning}
        {...disclosure("learning")}
        picker={
          <Picker
            legend="Learning curves of"
            options={CURVES}
            chosen={curves}
            onChoose={(name) => {
              changeUrl({ curves: name });
            }}
          />
        }
      />
      <PlotFigure
        plot={reliability}
        {...disclosure("reliability")}
        picker={
          <Picker
            legend="Temperature scaling"
            options={CALIBRATIONS}
            chosen={calibration}
            onChoose={(name) => {
              changeUrl({ calibration: name });
            }}
          />
        }
      />
      <PlotFigure
        plot={robustness}
        {...disclosure("robustness")}
        picker={
          <Picker
            legend={`Corruption of the ${noun(2)}`}
            options={corruptions(reported)}
            chosen={corruption}
            onChoose={(name) => {
              changeUrl({ plot: name });
            }}
          />
        }
      />
      <PlotFigure plot={f1} {...disclosure("f1")} />
    </div>
  );
}

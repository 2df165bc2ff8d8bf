import { useMemo } from "react";
import { differenceOf, hundredths, scaleOf, sumOf, type Evidence } from "../../engine/evidence";
import { evidenceFor, kindOf, logitsOf, type Inner, type Kind } from "../../engine/inner";
import type { Field } from "../../engine/preprocessing";
import { classNoun, nameOfClass } from "../../shared/lib/classes";
import { Select } from "../../shared/ui/Select";
import { Term } from "../glossary/Term";
import { Heat } from "./Heat";
import { plain } from "./numbers";
import { Sum } from "./Sum";
import { View } from "./View";
import { theTwo, writeWhy } from "./why";

function whatOf(kind: Kind): string {
  const one = classNoun();
  switch (kind) {
    case "templates":
      return `Every pixel of ink adds to a ${one}’s points (blue) or takes from them (orange), as that ${one}’s template says.`;
    case "hidden":
      return `For this one drawing, all its layers together act like one template a ${one}: every pixel of ink adds points (blue) or takes some (orange).`;
    case "convolution":
      return `Every part of the drawing, 4 × 4 pixels, adds to a ${one}’s points (blue) or takes from them (orange).`;
    case "pooled":
      return `This class activation map shows where the rung finds what adds to a ${one}’s points (blue) or takes from them (orange).`;
  }
}

/** The constant: of hidden layers those biases that get through for this drawing. */
const CONSTANTS: Readonly<Record<Kind, string>> = {
  templates: "bias",
  hidden: "biases on the way",
  convolution: "biases on the way",
  pooled: "bias",
};

const SOURCES: Readonly<Record<Kind, string>> = {
  templates: "Poulin et al., “Visual explanation of evidence with additive classifiers”, IAAI 2006",
  hidden:
    "Montúfar, Pascanu, Cho, Bengio, “On the number of linear regions of deep neural networks”, NIPS 2014, section 2",
  convolution:
    "Montúfar, Pascanu, Cho, Bengio, “On the number of linear regions of deep neural networks”, NIPS 2014, section 2",
  pooled:
    "Zhou, Khosla, Lapedriza, Oliva, Torralba, “Learning deep features for discriminative localization”, CVPR 2016, section 2",
};

interface EvidenceViewProps {
  readonly inner: Inner;
  readonly field: Field;
  /** The two digits as the link has them; else the answer and the runner-up. */
  readonly why: string | null;
  readonly onWhy: (why: string | null) => void;
}

/** Why one digit and not another: the evidence of both and their difference, as pictures and sums. */
export function EvidenceView({ inner, field, why, onWhy }: EvidenceViewProps) {
  const logits = logitsOf(inner);
  const options = [...logits.keys()].map((d) => ({ name: String(d), title: nameOfClass(d) }));
  const { digit, other } = theTwo(why, logits);
  const pair = useMemo(() => {
    const one = evidenceFor(inner, digit);
    const two = evidenceFor(inner, other);
    return one && two && { one, two, difference: differenceOf(one, two) };
  }, [inner, digit, other]);
  if (!pair) return null;
  const { one, two, difference } = pair;
  const printedOne = hundredths(sumOf(one).total);
  const printedTwo = hundredths(sumOf(two).total);
  const most = scaleOf([one.places, two.places, difference.places]);
  const kind = kindOf(inner);

  const choose = (chosen: { digit: number; other: number }) => {
    // the same digit twice: they change places
    const swapped = chosen.digit === chosen.other;
    onWhy(
      writeWhy(
        swapped
          ? chosen.digit === digit
            ? { digit: other, other: chosen.other }
            : { digit: chosen.digit, other: digit }
          : chosen,
      ),
    );
  };

  const [nameA, nameB] = [nameOfClass(digit), nameOfClass(other)];
  return (
    <View
      title={`Why ${nameA} and not ${nameB}?`}
      about={
        <>
          {whatOf(kind)} All of it and a constant together are exactly the {classNoun()}’s{" "}
          <Term name="logit">logit</Term>: {nameA} has {plain(printedOne)} points and {nameB} has{" "}
          {plain(printedTwo)}.
        </>
      }
      source={SOURCES[kind]}
    >
      <div className="grid grid-cols-2 gap-x-4 gap-y-6 @lg:grid-cols-3">
        <EvidenceFigure
          title={`For ${nameA}`}
          evidence={one}
          printed={printedOne}
          field={field}
          most={most}
          names={[`for ${nameA}`, `against ${nameA}`, CONSTANTS[kind], `logit of ${nameA}`]}
        />
        <EvidenceFigure
          title={`For ${nameB}`}
          evidence={two}
          printed={printedTwo}
          field={field}
          most={most}
          names={[`for ${nameB}`, `against ${nameB}`, CONSTANTS[kind], `logit of ${nameB}`]}
        />
        <div className="col-span-2 @lg:col-span-1">
          <EvidenceFigure
            title={`${nameA} rather than ${nameB}`}
            evidence={difference}
            printed={printedOne - printedTwo}
            field={field}
            most={most}
            names={[`rather ${nameA}`, `rather ${nameB}`, CONSTANTS[kind], `lead of ${nameA}`]}
          />
        </div>
      </div>
      <div className="mt-3 flex flex-wrap items-end gap-3">
        <Select
          label="Why"
          options={options}
          chosen={String(digit)}
          onChoose={(name) => {
            choose({ digit: Number(name), other });
          }}
        />
        <Select
          label="and not"
          options={options}
          chosen={String(other)}
          onChoose={(name) => {
            choose({ digit, other: Number(name) });
          }}
        />
        {why !== null && (
          <button
            type="button"
            className="button"
            onClick={() => {
              onWhy(null);
            }}
          >
            The answer and the runner-up
          </button>
        )}
      </div>
    </View>
  );
}

interface EvidenceFigureProps {
  readonly title: string;
  readonly evidence: Evidence;
  /** Its total as it is printed. */
  readonly printed: number;
  readonly field: Field;
  readonly most: number;
  readonly names: readonly [pro: string, contra: string, constant: string, total: string];
}

function EvidenceFigure({ title, evidence, printed, field, most, names }: EvidenceFigureProps) {
  const [pro, contra, constant, total] = names;
  return (
    <figure aria-label={title}>
      <p className="mb-1 text-sm font-semibold">{title}</p>
      <Heat values={evidence.places} grid={evidence.grid} most={most} field={field} label={null} />
      <Sum
        printed={printed}
        sum={sumOf(evidence)}
        pro={pro}
        contra={contra}
        constant={constant}
        total={total}
      />
    </figure>
  );
}

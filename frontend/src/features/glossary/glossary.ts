/** A word that the page uses and a pupil may not know. */
export interface Entry {
  readonly name: string;
  readonly meaning: string;
  /** How it is met here. */
  readonly here: string;
  readonly source: string;
}

/** The words by the name that a link uses. */
export const GLOSSARY = {
  logit: {
    name: "Logit",
    meaning:
      "The points that a network gives to one digit: a plain sum of everything that speaks for it, less everything that speaks against it. The digit with the most points is the answer.",
    here: "Every rung ends in ten logits. They can be below zero, and only their differences matter: two more points make a digit about seven times as likely, before calibration.",
    source: "Berkson, “Application of the logistic function to bio-assay”, 1944, for the word",
  },
  softmax: {
    name: "Softmax",
    meaning:
      "The rule that turns ten logits into ten probabilities: each becomes e to its power, divided by the sum of all ten. All are positive then, and together they make 100 %.",
    here: "The pie on the Draw page shows the softmax of the chosen rung’s logits.",
    source:
      "Bridle, “Probabilistic interpretation of feedforward classification network outputs”, 1990",
  },
  convolution: {
    name: "Convolution",
    meaning:
      "A small template, 3 × 3 or 5 × 5 pixels here, is slid over the whole picture, and its match is noted at every place. The result is a map: bright where the drawing looks like the template.",
    here: "The convolutional rungs look for short lines, edges and corners in this way, with the same weights everywhere.",
    source: "LeCun, Bottou, Bengio, Haffner 1998, section II.A",
  },
  pooling: {
    name: "Pooling",
    meaning:
      "Of every 2 × 2 neighbours in a map, only the strongest is kept, so the map has half the width and height. What was found stays; where exactly it was matters less. Global pooling takes the mean of the whole map.",
    here: "The convolutional rungs pool after their convolutions; the deep one and the ensemble end with global pooling.",
    source: "Ranzato, Huang, Boureau, LeCun 2007; Lin, Chen, Yan 2014, section 3.2",
  },
  dropout: {
    name: "Dropout",
    meaning:
      "While a network is trained, a random part of its units is switched off for every digit. No unit can rely on one other unit, so they learn what is useful alone.",
    here: "Every rung with hidden layers was trained with it. When they answer, all units take part.",
    source: "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov 2014",
  },
  augmentation: {
    name: "Augmentation",
    meaning:
      "Training digits are moved, turned, bent and redrawn a little, differently each time. Their labels stay true, and the network learns that such changes do not matter.",
    here: "It is what the augmented convolutional network adds to the plain one. The rungs above were trained with it too.",
    source: "Simard, Steinkraus, Platt 2003, section 2",
  },
  calibration: {
    name: "Calibration",
    meaning:
      "Certainty that can be believed: of all answers given with 80 %, about 80 of 100 should be right. A network can read well and still be too sure of itself.",
    here: "Each rung’s logits are divided by one number, its temperature, so that its certainty fits digits that people drew.",
    source:
      "Guo, Pleiss, Sun, Weinberger, “On calibration of modern neural networks”, 2017, section 4.2",
  },
} as const satisfies Record<string, Entry>;

export type TermName = keyof typeof GLOSSARY;

/** In alphabetical order. */
export const TERMS = (Object.keys(GLOSSARY) as TermName[]).sort();

/** The word that a link names; null for one that the glossary lacks. */
export function chooseTerm(wanted: string | null): TermName | null {
  return TERMS.find((name) => name === wanted) ?? null;
}

import type { Failure } from "../../shared/api/failure";
import type { Prediction } from "../../shared/api/types";

/** A probability for people: never "100%" or "0%" where a little doubt is left. */
export function percent(probability: number): string {
  if (probability >= 0.9995 && probability < 1) return ">99.9%";
  if (probability > 0 && probability < 0.0005) return "<0.1%";
  return `${(probability * 100).toFixed(1)}%`;
}

/** The digits from the likeliest to the least likely; equal ones in counting order. */
export function byProbability(probabilities: readonly number[]): number[] {
  return probabilities
    .map((probability, digit) => ({ probability, digit }))
    .sort((a, b) => b.probability - a.probability || a.digit - b.digit)
    .map(({ digit }) => digit);
}

/** What the rung makes of its own answer. */
export function verdictText(prediction: Prediction): string {
  if (prediction.verdict === "sure") return "Sure";
  const other = byProbability(prediction.probabilities).find((d) => d !== prediction.digit);
  return `Not sure — it could be ${other === 8 ? "an" : "a"} ${other ?? "different digit"}`;
}

export interface Agreement {
  readonly agree: boolean;
  /** The digit that more rungs read than any other; null where two lead. */
  readonly majority: number | null;
  readonly text: string;
}

/** Who reads what, as one sentence: "2 of 3 say 7, 1 says 1". */
export function agreementOf(digits: readonly number[]): Agreement | null {
  const counts = new Map<number, number>();
  for (const digit of digits) counts.set(digit, (counts.get(digit) ?? 0) + 1);
  const ranked = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const [first, second] = ranked;
  if (!first) return null;
  const [digit, count] = first;
  const total = digits.length;
  if (!second) {
    const text =
      total === 1 ? `It says ${digit}` : `${total === 2 ? "Both" : `All ${total}`} say ${digit}`;
    return { agree: true, majority: digit, text };
  }
  const others = ranked.slice(1).map(([d, n]) => `${n} ${n === 1 ? "says" : "say"} ${d}`);
  return {
    agree: false,
    majority: count > second[1] ? digit : null,
    text: [`${count} of ${total} ${count === 1 ? "says" : "say"} ${digit}`, ...others].join(", "),
  };
}

export interface FailureText {
  readonly title: string;
  readonly detail: string;
  /** Whether a Retry button can help. */
  readonly retry: boolean;
}

/** What the page waits for, and what can be said to calm. */
const WAITING_FOR = {
  drawing: {
    calm: "Your drawing is safe. ",
    stays: " Your drawing stays here until then.",
    back: "It is read as soon as the network is back.",
  },
  figures: { calm: "", stays: "", back: "The figures come as soon as the network is back." },
} as const;

/** What went wrong and the way on. */
export function failureText(
  failure: Failure,
  retryInMs: number | null,
  waitingFor: keyof typeof WAITING_FOR = "drawing",
): FailureText {
  const { calm, stays, back } = WAITING_FOR[waitingFor];
  const again = retryInMs === null ? "" : `Trying again ${soon(retryInMs)}.`;
  switch (failure.kind) {
    case "offline":
      return {
        title: "You are offline",
        detail: `${calm}${back}`,
        retry: true,
      };
    case "unreachable":
      return {
        title: "The server cannot be reached",
        detail: `${calm}Is the server running? ${again}`.trim(),
        retry: true,
      };
    case "slow":
      return {
        title: "The server takes too long",
        detail: `No answer came within 15 seconds. ${again}`.trim(),
        retry: true,
      };
    case "not-ready":
      return {
        title: "The server is not ready yet",
        detail: [failure.detail, again].filter(Boolean).join(" "),
        retry: true,
      };
    case "busy":
      return {
        title: "The server has too much to do",
        detail: `${calm}${again}`.trim(),
        retry: true,
      };
    case "rate-limited":
      return {
        title: "You have asked very often",
        detail: `${calm}The server limits how often one visitor may ask. ${again}`.trim(),
        retry: true,
      };
    case "locked":
      return {
        title: "The server does not know this page any more",
        detail: `Reload the page, and allow it cookies.${stays}`,
        retry: true,
      };
    case "blank":
      return {
        title: "There is nothing to read",
        detail: `The picture looks blank. Draw a digit with a thicker pen, or open another picture.`,
        retry: false,
      };
    case "refused":
      return { title: failure.title, detail: failure.detail, retry: failure.status >= 500 };
  }
}

function soon(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds === 0) return "now";
  if (seconds > 120) return `in ${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? "in 1 second" : `in ${seconds} seconds`;
}

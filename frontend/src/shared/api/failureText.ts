import type { Failure } from "./failure";
import { areDigits, noun } from "../lib/classes";

export interface FailureText {
  readonly title: string;
  readonly detail: string;
  /** Whether a Retry button can help. */
  readonly retry: boolean;
}

/** What the failed request was for decides what is told. */
const PURPOSES = {
  drawing: {
    safe: "Your drawing is safe. ",
    reload: "Reload the page and allow cookies. Your drawing stays here until then.",
    reconnect: "It is read as soon as the network is back.",
  },
  figures: {
    safe: "",
    reload: "Reload the page and allow cookies.",
    reconnect: "The figures are loaded as soon as the network is back.",
  },
  picture: {
    safe: "",
    reload: "Reload the page and allow cookies.",
    reconnect: "The picture is loaded as soon as the network is back.",
  },
  drawings: {
    safe: "",
    reload: "Reload the page and allow cookies.",
    reconnect: "The drawings are loaded as soon as the network is back.",
  },
  label: {
    safe: "",
    reload: "Reload the page and allow cookies.",
    reconnect: "",
  },
  account: {
    safe: "",
    reload: "Sign in again.",
    reconnect: "",
  },
} as const;

/** What went wrong, and what to do about it. */
export function failureText(
  failure: Failure,
  retryInMs: number | null,
  purpose: keyof typeof PURPOSES = "drawing",
): FailureText {
  const { safe, reload, reconnect } = PURPOSES[purpose];
  const again = retryInMs === null ? "" : `Trying again ${soon(retryInMs)}.`;
  switch (failure.kind) {
    case "offline":
      return {
        title: "You are offline",
        detail: `${safe}${reconnect}`,
        retry: true,
      };
    case "unreachable":
      return {
        title: "The server cannot be reached",
        detail: `${safe}Is the server running? ${again}`.trim(),
        retry: true,
      };
    case "slow":
      return {
        title: "The server is too slow",
        detail: `No answer came within 15 seconds. ${again}`.trim(),
        retry: true,
      };
    case "static":
      return {
        title: "This takes the service",
        detail:
          purpose === "drawing"
            ? areDigits()
              ? "The page was published without one: it reads what you draw, one digit at a time. Pictures and numbers take the service."
              : "The page was published without one: it reads what you draw. Pictures take the service."
            : "The page was published as files, without the service that keeps drawings and accounts.",
        retry: false,
      };
    case "not-ready":
      return {
        title: "The server is not ready yet",
        detail: [failure.detail, again].filter(Boolean).join(" "),
        retry: true,
      };
    case "busy":
      return {
        title: "The server is busy",
        detail: `${safe}${again}`.trim(),
        retry: true,
      };
    case "rate-limited":
      return {
        title: "Too many requests",
        detail: `${safe}The server limits the number of requests per visitor. ${again}`.trim(),
        retry: true,
      };
    case "locked":
      return {
        title: "Your session has expired",
        detail: reload,
        retry: true,
      };
    case "blank":
      return {
        title: "There is nothing to read",
        detail: `The picture looks blank. Draw a ${noun()} with a thicker pen, or open another picture.`,
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

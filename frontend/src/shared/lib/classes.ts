import { useSyncExternalStore } from "react";

/** What the page tells apart until the service says otherwise: MNIST's classes. */
const DIGITS: readonly string[] = Array.from("0123456789");

// one for the whole page: all models of a service share their classes
let names = DIGITS;
const listeners = new Set<() => void>();

/** The names of the classes by index, as `/models` and `/networks` give them. */
export function setClassNames(given: readonly string[] | undefined): void {
  const next = given ?? DIGITS;
  if (next.join("\n") === names.join("\n")) return;
  names = next;
  for (const listener of listeners) listener();
}

export function classNames(): readonly string[] {
  return names;
}

/** The name of a class; its index where it has none. */
export function nameOfClass(index: number): string {
  return names[index] ?? String(index);
}

/** Whether the classes are the digits, of which the page has more to say. */
export function areDigits(): boolean {
  return names.join() === DIGITS.join();
}

/** What the page calls one of the pictures that are read, or `n` of them. */
export function noun(n = 1): string {
  const one = areDigits() ? "digit" : "picture";
  return n === 1 ? one : `${one}s`;
}

/** What the page calls one of the classes, or `n` of them. */
export function classNoun(n = 1): string {
  if (areDigits()) return noun(n);
  return n === 1 ? "class" : "classes";
}

/** Whether no name is longer than two characters, so that all fit where digits do. */
export function areShort(): boolean {
  return names.every((name) => name.length <= 2);
}

/** The colour of a class: ten of their own, then lighter and lighter ones. */
export function colourOfClass(index: number): string {
  const colour = `var(--digit-${index % 10})`;
  const lighter = Math.min(75, 25 * Math.floor(index / 10));
  return lighter === 0 ? colour : `color-mix(in oklab, var(--paper) ${lighter}%, ${colour})`;
}

/** The names, for a component that shows all of them. */
export function useClassNames(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    classNames,
    classNames,
  );
}

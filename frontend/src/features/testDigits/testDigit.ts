import { withArticle } from "../../shared/lib/article";
import { nameOfClass, noun } from "../../shared/lib/classes";

/** A digit of MNIST's test split. */
export interface TestDigit {
  readonly index: number;
  /** "Test digit 1,234, a 5". */
  readonly caption: string;
  readonly png: Blob;
}

/** An index written in decimal digits; null for anything else. */
export function readIndex(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function testDigitCaption(index: number, label: number): string {
  return `Test ${noun()} ${index.toLocaleString("en")}, ${withArticle(nameOfClass(label))}`;
}

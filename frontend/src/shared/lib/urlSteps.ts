import type { UrlState } from "./urlState";

/**
 * Which changes of the address are one step for the Back button: those of the same properties in
 * one gesture. A press of the pointer and the activation of a button, link or checkbox begin a
 * gesture; arrow keys in radio buttons and lists, letters typed into a field and the drag of a
 * slider go on with it.
 */
export class UrlSteps {
  #gesture = 0;
  /** The last press was that of a key. */
  #isKeyed = false;
  #last = "";

  /** For keys and for whatever begins a gesture. */
  readonly onPress = ({ type, target }: Pick<Event, "type" | "target">): void => {
    // browsers click each radio button that an arrow key passes
    const isRadio = target !== null && "type" in target && target.type === "radio";
    const goesOn = type === "keydown" ? this.#isKeyed : type === "click" && isRadio;
    if (!goesOn) this.#gesture += 1;
    if (type === "keydown") this.#isKeyed = true;
    if (type === "pointerdown") this.#isKeyed = false;
  };

  /** The next change is a step of its own: Back was pressed. */
  readonly onBack = (): void => {
    this.#last = "";
  };

  /** Whether a change goes on with the last one. */
  continues(change: Partial<UrlState>, state: UrlState): boolean {
    const keys = Object.keys(change) as (keyof UrlState)[];
    const changed = keys.filter((key) => String(change[key]) !== String(state[key])).sort();
    const step = `${this.#gesture} ${changed.join()}`;
    const same = step === this.#last;
    this.#last = step;
    return same;
  }
}

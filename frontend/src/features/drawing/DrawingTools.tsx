import { EXPORT_SIDE } from "../../engine/rasterise";
import { BRUSHES } from "./brushes";
import { isEmpty } from "./history";
import type { DrawingState } from "./useDrawing";

/** Icons are drawn on a 20 × 20 grid with round strokes, like the digits. */
function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 20 20" className="size-5 shrink-0" aria-hidden="true">
      <path
        d={path}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}

const UNDO = "M7 4 3.5 7.5 7 11M3.5 7.5H12a4.25 4.25 0 0 1 0 8.5H8";
const REDO = "M13 4l3.5 3.5L13 11M16.5 7.5H8a4.25 4.25 0 0 0 0 8.5h4";
const CLEAR = "M5 5l10 10M15 5L5 15";
const OPEN = "M3.5 14.5v-9h13v9zM3.5 12.5l3.5-3 3 2.5 2.5-2 4 3.5M12.5 8h.01";

interface StepButtonProps {
  readonly label: string;
  readonly icon: string;
  readonly shortcut: string;
  readonly available: boolean;
  readonly onPress: () => void;
}

/** Stays focusable while it has nothing to do, so the keyboard's place is not lost. */
function StepButton({ label, icon, shortcut, available, onPress }: StepButtonProps) {
  return (
    <button
      type="button"
      className="button px-0"
      title={`${label} (${shortcut})`}
      aria-label={label}
      aria-disabled={!available}
      onClick={available ? onPress : undefined}
    >
      <Icon path={icon} />
    </button>
  );
}

function BrushPicker({ drawingState }: { drawingState: DrawingState }) {
  return (
    <fieldset className="flex">
      <legend className="sr-only">Pen</legend>
      {BRUSHES.map((brush) => (
        <label
          key={brush.name}
          title={brush.label}
          className="grid size-11 cursor-pointer place-items-center rounded-xl border border-transparent hover:border-edge has-checked:border-accent has-checked:bg-wash has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="brush"
            className="sr-only"
            aria-label={brush.label}
            checked={brush === drawingState.brush}
            onChange={() => {
              drawingState.chooseBrush(brush);
            }}
          />
          <svg viewBox="0 0 40 40" className="size-10" aria-hidden="true">
            <circle cx="20" cy="20" r={(brush.width * EXPORT_SIDE) / 2.6} fill="currentColor" />
          </svg>
        </label>
      ))}
    </fieldset>
  );
}

/** The pens, and what can be done to the drawing; it stands above the field, out of the hand's way. */
export function DrawingTools({ drawingState }: { drawingState: DrawingState }) {
  const empty = isEmpty(drawingState.drawing);
  return (
    <div className="flex h-11 items-center justify-between gap-1 print:hidden">
      <BrushPicker drawingState={drawingState} />
      <div className="flex gap-1">
        <StepButton
          label="Undo"
          shortcut="Ctrl+Z"
          icon={UNDO}
          available={drawingState.canUndo}
          onPress={drawingState.undo}
        />
        <StepButton
          label="Redo"
          shortcut="Ctrl+Shift+Z"
          icon={REDO}
          available={drawingState.canRedo}
          onPress={drawingState.redo}
        />
        <StepButton
          label="Clear"
          shortcut="Escape"
          icon={CLEAR}
          available={!empty}
          onPress={drawingState.clear}
        />
      </div>
    </div>
  );
}

/** Opens a picture file. */
export function OpenPicture({ drawingState }: { drawingState: DrawingState }) {
  return (
    <label className="button whitespace-nowrap has-focus-visible:outline-3 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent">
      <Icon path={OPEN} />
      Open picture
      <input
        type="file"
        accept="image/*"
        className="sr-only"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file) drawingState.openPicture(file, file.name);
          event.target.value = ""; // so that the same file can be opened again
        }}
      />
    </label>
  );
}

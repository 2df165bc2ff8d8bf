import { MarkerIcon } from "./MarkerIcon";
import type { ComparedRung } from "./comparedModels";

interface RungTickProps {
  readonly rung: ComparedRung;
  readonly isShown: boolean;
  readonly onToggle: (rung: ComparedRung) => void;
  readonly className: string;
}

/** Puts a rung into plots and matrices, or takes it out. */
export function RungTick({ rung, isShown, onToggle, className }: RungTickProps) {
  return (
    <label className={`cursor-pointer items-center gap-2 ${className}`}>
      <input
        type="checkbox"
        className="size-4.5 shrink-0 cursor-pointer accent-(--accent)"
        checked={isShown}
        onChange={() => {
          onToggle(rung);
        }}
      />
      <MarkerIcon style={rung.style} />
      {rung.title}
    </label>
  );
}

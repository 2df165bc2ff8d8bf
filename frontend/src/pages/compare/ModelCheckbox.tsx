import { MarkerIcon } from "./MarkerIcon";
import type { ComparedModel } from "./comparedModels";

interface ModelCheckboxProps {
  readonly model: ComparedModel;
  readonly isShown: boolean;
  readonly onToggle: (model: ComparedModel) => void;
  readonly className: string;
}

/** Puts a model into plots and matrices, or takes it out. */
export function ModelCheckbox({ model, isShown, onToggle, className }: ModelCheckboxProps) {
  return (
    <label className={`cursor-pointer items-center gap-2 ${className}`}>
      <input
        type="checkbox"
        className="size-4.5 shrink-0 cursor-pointer accent-(--accent)"
        checked={isShown}
        onChange={() => {
          onToggle(model);
        }}
      />
      <MarkerIcon style={model.style} />
      {model.title}
    </label>
  );
}

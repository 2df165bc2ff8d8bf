import { MarkerIcon } from "../../features/figures/MarkerIcon";
import type { ComparedModel } from "./comparedModels";

interface ModelCheckboxProps {
  readonly model: ComparedModel;
  readonly isShown: boolean;
  readonly onToggle: (model: ComparedModel) => void;
  readonly className: string;
}

/** Shows a model in the plots and matrices, or hides it. */
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

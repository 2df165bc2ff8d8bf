import { useEffect, useRef, useState } from "react";
import type { StyledModel } from "../../features/figures/plot";
import { Answers } from "../../features/keptDrawings/Answers";
import { timeText } from "../../features/keptDrawings/answerText";
import type { KeptDrawing } from "../../features/keptDrawings/keptDrawings";
import { Thumbnail } from "../../features/keptDrawings/Thumbnail";
import { labelPhrase } from "../../features/labels/label";
import { LabelButtons } from "../../features/labels/LabelButtons";
import { toFailure } from "../../shared/api/failure";
import { failureText } from "../../shared/api/failureText";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import type { Label } from "../../shared/api/kept";
import { StateLink } from "../../shared/ui/StateLink";
import { decisionText } from "./decisionText";

interface DrawingCardProps {
  readonly id: string;
  readonly drawing: KeptDrawing;
  readonly models: readonly StyledModel[];
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
  readonly onLabel: (label: Label | null) => Promise<unknown>;
  readonly onDelete: () => Promise<unknown>;
}

/** One drawing; labelling and deleting happen inside the card. */
export function DrawingCard(props: DrawingCardProps) {
  const { id, drawing, models, url, changeUrl, onLabel, onDelete } = props;
  const { true_label: label, decision, image, has_drawing: hasDrawing } = drawing;
  const [open, setOpen] = useState<"label" | "delete" | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [complaint, setComplaint] = useState<string | null>(null);
  const time = timeText(drawing.timestamp);
  const settled = decisionText(decision);
  const card = useRef<HTMLLIElement>(null);

  const close = () => {
    // the focus would be lost with the panel
    if (card.current?.contains(document.activeElement)) card.current.focus();
    setOpen(null);
  };

  const send = async (what: () => Promise<unknown>) => {
    setIsSending(true);
    setComplaint(null);
    try {
      await what();
      close();
    } catch (error) {
      const { title, detail } = failureText(toFailure(error as Error), null, "drawings");
      setComplaint(`${title}. ${detail}`);
    } finally {
      setIsSending(false);
    }
  };

  return (
    <li
      ref={card}
      id={id}
      tabIndex={-1}
      data-testid="kept-drawing"
      className="grid gap-3 rounded-2xl border border-line bg-paper p-4"
    >
      <div className="grid grid-cols-[auto_minmax(0,1fr)] gap-4">
        <div>
          <Thumbnail image={image} alt={`Drawing of ${time}`} side={112} />
          <p className="mt-1 max-w-28 text-xs text-soft">
            <time dateTime={drawing.timestamp}>{time}</time>
            {drawing.computed_by === "browser" && ", read in the browser"}
          </p>
        </div>
        <div className="min-w-0">
          <p
            data-testid="label"
            className={`mb-1 ${label === null ? "text-soft" : "font-semibold"}`}
          >
            {label === null ? "Without a label" : `It is ${labelPhrase(label)}`}
          </p>
          <Answers results={drawing.results} models={models} />
          {settled !== null && <p className="mt-1 text-sm text-soft">{settled}</p>}
        </div>
      </div>
      {open === "label" ? (
        <LabelPanel
          legend={`Label of the drawing of ${time}`}
          label={label}
          isSending={isSending}
          onChoose={(chosen) => void send(() => onLabel(chosen))}
          onClose={close}
        />
      ) : open === "delete" ? (
        <DeletePanel isSending={isSending} onDelete={() => void send(onDelete)} onClose={close} />
      ) : (
        <div className="flex flex-wrap gap-1.5">
          {(image !== null || hasDrawing) && (
            <StateLink
              id={`${id}-open`}
              url={url}
              change={{ view: null, drawing: drawing.id, digit: null }}
              changeUrl={changeUrl}
              className="button max-sm:px-2"
            >
              Open on Draw
            </StateLink>
          )}
          <button
            type="button"
            className="button max-sm:px-2"
            onClick={() => {
              setOpen("label");
            }}
          >
            {label === null ? "Label" : "Relabel"}
            <span className="sr-only"> the drawing of {time}</span>
          </button>
          <button
            type="button"
            className="button max-sm:px-2"
            onClick={() => {
              setOpen("delete");
            }}
          >
            Delete
            <span className="sr-only"> the drawing of {time}</span>
          </button>
        </div>
      )}
      {complaint !== null && (
        <p role="alert" className="text-sm font-semibold text-warn">
          {complaint}
        </p>
      )}
    </li>
  );
}

interface LabelPanelProps {
  readonly legend: string;
  readonly label: Label | null;
  readonly isSending: boolean;
  readonly onChoose: (label: Label | null) => void;
  readonly onClose: () => void;
}

function LabelPanel({ legend, label, isSending, onChoose, onClose }: LabelPanelProps) {
  const panel = useFocusInside();
  return (
    <div ref={panel} className="grid gap-1.5">
      <p className="text-sm text-soft">What is it really?</p>
      <LabelButtons legend={legend} chosen={label} isDisabled={isSending} onChoose={onChoose} />
      <div className="flex flex-wrap gap-1.5">
        {label !== null && (
          <button
            type="button"
            className="button"
            onClick={() => {
              onChoose(null);
            }}
          >
            Take the label back
          </button>
        )}
        <button type="button" className="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </div>
  );
}

interface DeletePanelProps {
  readonly isSending: boolean;
  readonly onDelete: () => void;
  readonly onClose: () => void;
}

function DeletePanel({ isSending, onDelete, onClose }: DeletePanelProps) {
  const panel = useFocusInside();
  return (
    <div ref={panel}>
      <p className="text-sm">Delete this drawing with its answers and its label, for good?</p>
      <div className="mt-1.5 flex flex-wrap gap-1.5">
        <button type="button" className="button" onClick={onClose}>
          Keep it
        </button>
        <button
          type="button"
          className="button border-warn text-warn"
          aria-disabled={isSending}
          onClick={isSending ? undefined : onDelete}
        >
          Delete it
        </button>
      </div>
    </div>
  );
}

/** Moves the focus to the first button of what has just opened, where the pressed one was. */
function useFocusInside() {
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    panel.current?.querySelector("button")?.focus();
  }, []);
  return panel;
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { StyledModel } from "../../features/figures/plot";
import {
  deleteDrawing,
  DRAWINGS,
  relabelled,
  withDrawing,
  type KeptDrawing,
  type KeptPages,
} from "../../features/keptDrawings/keptDrawings";
import { sendLabel, type Label } from "../../shared/api/kept";
import type { ChangeUrl, UrlState } from "../../shared/lib/urlState";
import { MINE } from "../../features/session/useSession";
import { DrawingCard } from "./DrawingCard";

interface DrawingListProps {
  readonly drawings: readonly KeptDrawing[];
  readonly models: readonly StyledModel[];
  readonly url: UrlState;
  readonly changeUrl: ChangeUrl;
}

/** The drawings as cards, each of which can be opened, labelled and deleted. */
export function DrawingList({ drawings, models, url, changeUrl }: DrawingListProps) {
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const update = (id: string, replace: (drawing: KeptDrawing) => KeptDrawing | null) => {
    client.setQueriesData<KeptPages>(
      { queryKey: DRAWINGS },
      (pages) => pages && withDrawing(pages, id, replace),
    );
    // figures of it are asked for again; the list stays as it is, whatever its filters
    void client.invalidateQueries({ queryKey: [MINE], refetchType: "none" });
  };
  const labelling = useMutation({
    // a label given to one answer counts for all answers to the same drawing
    mutationFn: ({ drawing, label }: { drawing: KeptDrawing; label: Label | null }) =>
      sendLabel(drawing.results[0]?.id ?? "", label),
    onSuccess: (kept, { drawing: { id } }) => {
      update(id, (drawing) => relabelled(drawing, kept));
    },
  });
  const deleting = useMutation({
    mutationFn: ({ id }: KeptDrawing) => deleteDrawing(id),
    onSuccess: (_, { id }) => {
      const place = drawings.findIndex((drawing) => drawing.id === id);
      const next = drawings[place + 1] ?? drawings[place - 1];
      update(id, () => null);
      setSaid("The drawing is deleted.");
      // the focus would be lost with the card
      if (next) document.getElementById(cardId(next))?.focus();
    },
  });

  return (
    <>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(20rem,100%),1fr))] items-start gap-4">
        {drawings.map((drawing) => (
          <DrawingCard
            key={drawing.id}
            id={cardId(drawing)}
            drawing={drawing}
            models={models}
            url={url}
            changeUrl={changeUrl}
            onLabel={(label) => labelling.mutateAsync({ drawing, label })}
            onDelete={() => deleting.mutateAsync(drawing)}
          />
        ))}
      </ul>
      <p role="status" className="sr-only">
        {said}
      </p>
    </>
  );
}

function cardId({ id }: KeptDrawing): string {
  return `drawing-${id}`;
}

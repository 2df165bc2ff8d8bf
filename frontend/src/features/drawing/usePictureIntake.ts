import { useEffect, useState } from "react";
import type { DrawingState } from "./useDrawing";

/** Opens pictures pasted or dropped anywhere on the page; true while one is dragged over it. */
export function usePictureIntake(openPicture: DrawingState["openPicture"]): boolean {
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const take = (data: DataTransfer) => {
      const files = [...data.files];
      const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
      openPicture(file, file?.name ?? "");
    };
    const onPaste = (event: ClipboardEvent) => {
      // pasted text is left to the browser
      if (event.clipboardData && event.clipboardData.files.length > 0) take(event.clipboardData);
    };
    const onDragOver = (event: DragEvent) => {
      event.preventDefault(); // else the browser opens the file in place of the page
      setIsOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setIsOver(false);
      if (event.dataTransfer) take(event.dataTransfer);
    };

    document.addEventListener("paste", onPaste);
    document.addEventListener("dragover", onDragOver);
    document.addEventListener("dragleave", onDragLeave);
    document.addEventListener("drop", onDrop);
    return () => {
      document.removeEventListener("paste", onPaste);
      document.removeEventListener("dragover", onDragOver);
      document.removeEventListener("dragleave", onDragLeave);
      document.removeEventListener("drop", onDrop);
    };
  }, [openPicture]);

  return isOver;
}

import { useEffect, useState } from "react";
import { focusOf } from "../../shared/lib/keys";

function isInText({ target }: Event): boolean {
  return target instanceof HTMLElement && focusOf(target) === "text";
}

/** A drag of files; one of text or of a link is none. */
function filesOf({ dataTransfer }: DragEvent): DataTransfer | null {
  return dataTransfer?.types.includes("Files") ? dataTransfer : null;
}

/**
 * Takes pictures that are pasted or dropped anywhere on the page; true while files are dragged over
 * it. What goes into a text field is left to the browser, which else would open a dropped file or
 * link in place of the page.
 */
export function usePictureIntake(onPicture: (file: File | null, name: string) => void): boolean {
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const take = (data: DataTransfer) => {
      const files = [...data.files];
      const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
      onPicture(file, file?.name ?? "");
    };
    const onPaste = (event: ClipboardEvent) => {
      // pasted text is left to the browser
      const data = event.clipboardData;
      if (data && data.files.length > 0 && !isInText(event)) take(data);
    };
    const onDragOver = (event: DragEvent) => {
      const files = filesOf(event);
      if (!files && isInText(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = files ? "copy" : "none";
      setIsOver(files !== null);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const onDrop = (event: DragEvent) => {
      const files = filesOf(event);
      if (!files && isInText(event)) return;
      event.preventDefault();
      setIsOver(false);
      if (files) take(files);
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
  }, [onPicture]);

  return isOver;
}

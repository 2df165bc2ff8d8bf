import { useEffect, useState } from "react";
import type { DrawingDesk } from "./useDrawing";

/** Pictures pasted or dropped anywhere on the page. True while one is held over it. */
export function usePictureIntake(openPicture: DrawingDesk["openPicture"]): boolean {
  const [isOver, setIsOver] = useState(false);

  useEffect(() => {
    const take = (data: DataTransfer) => {
      const files = [...data.files];
      const file = files.find(({ type }) => type.startsWith("image/")) ?? files[0] ?? null;
      openPicture(file, file?.name ?? "");
    };
    const onPaste = (event: ClipboardEvent) => {
      // pasted text concerns nobody here
      if (event.clipboardData && event.clipboardData.files.length > 0) take(event.clipboardData);
    };
    const onDragOver = (event: DragEvent) => {
      event.preventDefault(); // else the browser leaves the page for the file
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

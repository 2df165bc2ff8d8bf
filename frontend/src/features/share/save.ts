/** Has the browser save a file. */
export function saveFile(name: string, content: Blob | string): void {
  const url = typeof content === "string" ? content : URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // the browser has begun to read it by then
  if (typeof content !== "string")
    setTimeout(() => {
      URL.revokeObjectURL(url);
    }, 60_000);
}

/** A file's bytes as a data: URL. */
export function dataUrlOf(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => {
      if (typeof reader.result === "string") resolve(reader.result);
    };
    reader.onerror = () => {
      reject(new Error("expected a readable file", { cause: reader.error }));
    };
    reader.readAsDataURL(file);
  });
}

/** The canvas as an encoded picture; a browser that cannot write the type writes PNG instead. */
export function canvasToBlob(
  canvas: HTMLCanvasElement,
  type: string,
  quality: number,
): Promise<Blob> {
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => {
        if (blob) resolve(blob);
        else reject(new Error(`this browser could not encode ${type}`));
      },
      type,
      quality,
    );
  });
}

/** Above the noise that some browsers add to the last bits, which does no harm. */
const MOST_NOISE = 16;

/** Whether the browser returns noise from a canvas, as some do against fingerprinting. */
export function isReadbackRandomised(): boolean {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 8;
  const context = canvas.getContext("2d");
  if (!context) return true;
  context.fillStyle = "#fff";
  context.fillRect(0, 0, 8, 8);
  context.fillStyle = "#000";
  context.fillRect(0, 0, 4, 8);
  const { data } = context.getImageData(0, 0, 8, 8);
  return data.some((value, i) => {
    const isBlack = i % 32 < 16 && i % 4 !== 3; // the left half, but for its alpha
    return Math.abs(value - (isBlack ? 0 : 255)) > MOST_NOISE;
  });
}
